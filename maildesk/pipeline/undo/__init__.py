"""Acts that can be taken back: kept, found again, shown."""

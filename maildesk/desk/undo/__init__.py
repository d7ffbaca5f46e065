"""Acts that can be taken back."""

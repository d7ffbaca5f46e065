"""What would become of a message: dry runs, replays, and the samples of a desk folder."""

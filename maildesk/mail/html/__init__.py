"""HTML: read, made safe, and cut to what a reply says."""

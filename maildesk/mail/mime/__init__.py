"""MIME: the tree of a message's parts, its fields, charsets and files (RFC 2045 to 2049)."""

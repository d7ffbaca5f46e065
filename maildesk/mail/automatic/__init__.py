"""Messages that programs write: automatic replies (RFC 3834), delivery reports (RFC 3464) and
bounces in prose."""

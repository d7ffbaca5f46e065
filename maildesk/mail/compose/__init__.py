"""Outgoing messages as octets (RFC 5322)."""

"""Handing mail to a relay (RFC 6409): what its refusals mean."""

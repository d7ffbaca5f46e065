"""Signing in with OAuth 2.0 (RFC 6749): which tokens the desk needs, how it gets them, where it
keeps them."""

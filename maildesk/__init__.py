"""maildesk: the helpdesk that lives in mail."""

__version__ = "0.1.0"

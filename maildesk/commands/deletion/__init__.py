"""`maildesk ticket delete`."""

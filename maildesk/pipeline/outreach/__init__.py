"""Outreach: one mail to each row of a contact list, and a ticket for what comes back."""

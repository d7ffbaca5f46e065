"""Parts that are not text: invitations, contact cards, sealed mail, voices; read into values."""

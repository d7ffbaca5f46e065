"""What mails show beside people and tickets: small views, colours, parts and values in words."""

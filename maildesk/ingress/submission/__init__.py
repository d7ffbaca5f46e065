"""The door for agents who log in: SMTP AUTH, and nothing but mail to the desk."""

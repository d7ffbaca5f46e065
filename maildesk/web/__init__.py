"""A door: pages for customers. What they send is composed as a message and goes through the intake;
what they see comes from the store, through values made for the page."""

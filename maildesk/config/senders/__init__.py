"""What desk.yaml says of those who send to the desk."""

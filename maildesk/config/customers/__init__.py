"""What the desk folder says of customers beyond who they are: fields that fill themselves."""

"""What the customers' pages need of the desk: links to them, mails for them, acts on them."""

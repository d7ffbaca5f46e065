"""What the loop guard knows: automatic mails, what came right after them, how many may still go."""

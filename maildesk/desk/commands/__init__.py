"""What may be asked of a ticket, once for every door: mail lines, buttons, rules and the command
line read this table."""

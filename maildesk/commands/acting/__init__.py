"""`maildesk ticket ACTION`: the commands of the table, carried out from here."""

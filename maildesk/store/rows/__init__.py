"""How a row is written and read: the types of its columns, statements that are built once, mail
packed small."""

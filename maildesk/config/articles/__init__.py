"""The help centre's files: `articles/` of the desk folder."""

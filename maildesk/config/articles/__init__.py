"""The help centre's files: `articles/` of the desk folder, and what `desk.yaml` says of them."""

"""What stands behind the command line: one module for each group of commands, tables for people,
JSON for programs."""

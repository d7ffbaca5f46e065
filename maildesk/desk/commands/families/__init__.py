"""The families of commands: each module has `SPECS`, which the table takes in."""

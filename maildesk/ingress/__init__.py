"""The doors mail comes in by: each ends in one durable commit, then says so to the sender."""

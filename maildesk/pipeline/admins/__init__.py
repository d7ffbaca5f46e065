"""What the admins of the desk are told, beside alarms: mail that is theirs, and mail that waits."""

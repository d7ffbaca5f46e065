"""Service levels: working hours, clocks, alarms."""

"""What agents want to hear of, and when: as the files say it for the desk, a team, an agent."""

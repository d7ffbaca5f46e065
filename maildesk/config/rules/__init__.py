"""rules.yaml and sla.yaml: read into rules and service levels, or mistakes with their place."""

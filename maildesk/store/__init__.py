"""The durable truth. SQL lives here alone; rows become values at this room's edge; no
verbs of the desk."""

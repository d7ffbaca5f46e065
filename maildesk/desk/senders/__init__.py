"""Who wrote: what proves it, whether the desk knows them, and whom they imitate."""

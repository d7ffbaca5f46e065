"""Writing into the desk's files: changed only in the places concerned, comments and all kept."""

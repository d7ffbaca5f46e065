"""When agents hear of things: quiet hours, bundles, the digest, reminders."""

"""How the grants of a desk stand, for who looks at a desk from outside: `maildesk check`."""

from __future__ import annotations

from maildesk.config.settings import Settings
from maildesk.oauth.grants import grants
from maildesk.oauth.tokens import Tokens, words


def complaints(settings: Settings, tokens: Tokens) -> list[str]:
    """A sentence for every mailbox and relay that cannot sign in until somebody does something.
    Nobody is asked for a token. TransientFailure where the database is away."""
    found = ((grant, tokens.state(grant)) for grant in grants(settings))
    return [words(grant, outcome) for grant, outcome in found if outcome is not None]

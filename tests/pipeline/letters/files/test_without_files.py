"""Which refusals say that a mail was too large; what goes out then is told in test_large."""

from __future__ import annotations

import pytest

from maildesk.desk.facts import DeliveryFailed
from maildesk.pipeline.letters.files.without_files import is_refused_for_size


@pytest.mark.parametrize(
    ("status", "words", "permanent", "is_size"),
    [
        ("5.3.4", "552 5.3.4 too big", True, True),
        ("5.2.3", "552 5.2.3 too big", True, True),
        ("", "552 message size exceeds fixed limit", True, True),
        ("5.0.0", "552 too much mail data", True, True),
        ("5.2.2", "552 5.2.2 mailbox full", True, False),
        ("5.3.4", "452 4.3.4 too big for now", False, False),
        ("5.1.1", "550 no such user", True, False),
    ],
)
def test_what_a_server_says_of_a_mail_that_is_too_large(
    status: str, words: str, permanent: bool, is_size: bool
) -> None:
    fact = DeliveryFailed(
        recipient="ben@desk.example",
        status=status,
        words=words,
        permanent=permanent,
        outbox_id=1,
        purpose="agent_new",
        author="",
    )
    assert is_refused_for_size(fact) is is_size

"""Only what is worked on stays ours: what a failed transaction dropped is due again
when its lease ends."""

from __future__ import annotations

import pytest

from maildesk.pipeline.services import HeldRows


def test_rows_are_in_hand_until_the_work_ends_however_it_ends() -> None:
    held = HeldRows()
    with pytest.raises(ValueError, match="lost"), held.working("spool", [3, 1]):
        with held.working("outbox", [7]):
            assert (held.of("spool"), held.of("outbox")) == ([1, 3], [7])
        assert held.of("outbox") == []
        raise ValueError("lost")
    assert held.of("spool") == []


def test_what_is_in_hand_too_long_is_named_while_it_is() -> None:
    held = HeldRows()
    with held.working("spool", [3]), held.working("outbox", [7]):
        assert held.longer_than(600) == []
        assert held.longer_than(-1) == [("outbox", 7), ("spool", 3)]
    assert held.longer_than(-1) == []

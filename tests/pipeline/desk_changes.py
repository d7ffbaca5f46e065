"""What admins do to a desk under test: other lines in its files, and a held mail let through."""

from __future__ import annotations

from maildesk.desk.actor import operator_acts
from maildesk.pipeline import queue_acts
from maildesk.pipeline.receive import receive
from tests.pipeline.place import Place


def with_lines(place: Place, lines: str) -> None:
    """The desk with these further lines in desk.yaml."""
    desk = place.folder / "desk.yaml"
    desk.write_text(f"{desk.read_text(encoding='utf-8')}\n{lines}\n", encoding="utf-8")
    assert place.services.keeper.reload_now()


def with_words(place: Place, old: str, new: str, file: str = "desk.yaml") -> None:
    """The desk with other words in one of its files."""
    path = place.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert place.services.keeper.reload_now()


def release(place: Place, spool_id: int) -> str:
    """An admin lets through what is held of this; its outcome then."""
    (held,) = place.rows("quarantine", spool_id=spool_id, state="held")
    queue_acts.act(place.services, operator_acts("eva"), queue_acts.release, held.id)
    receive(place.services)
    return str(place.row("spool", spool_id).outcome)

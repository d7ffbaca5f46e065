"""A desk that runs with its pages for a module of tests, and has to end well behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk
from tests.web.pages import Pages, with_pages
from tests.web.talk import Place


@contextmanager
def running(
    folder: Path,
    begin: Callable[..., tuple[RunningDesk, Pages]] = with_pages,
    *,
    french: bool = False,
    **options: str,
) -> Iterator[Place]:
    """The desk that this begins in a folder, with these options."""
    relay = Relay()
    desk, pages = begin(folder / "desk", relay, **options)
    if french:
        desk.edit("desk.yaml", "languages: [en, de]", "languages: [en, de, fr]")
    yield desk, pages, relay
    codes = desk.stop()
    desk.look_for_leaks()
    relay.remove()
    assert codes == [0], desk.log()[-3000:]
    assert "Traceback" not in desk.log()

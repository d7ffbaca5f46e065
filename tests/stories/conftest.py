"""One running desk for each module of stories, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import Inbox, RunningDesk


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """One desk for all stories of a module, with a relay of its own; it must end cleanly."""
    relay = Relay()
    running = RunningDesk(
        tmp_path_factory.mktemp("story") / "desk", relay, settings="pipeline: {tick: 0.2}\n"
    )
    try:
        yield running.start()
    finally:
        codes = running.stop()
        running.look_for_leaks()
        relay.remove()
    assert codes == [0], running.log()[-3000:]


@pytest.fixture
def inbox(desk: RunningDesk) -> Inbox:
    """What the desk sends from now on."""
    return Inbox(desk.relay, new_only=True)

"""One running desk for each module of stories, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import ALL_ROLES, SEPARATE, Inbox, RunningDesk, Way


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


@pytest.fixture(params=["embedded", "distributed"])
def way(request: pytest.FixtureRequest) -> Way:
    """One process on SQLite; the roles apart on PostgreSQL and Redis."""
    settings = "pipeline: {tick: 0.2}\n"
    if request.param == "embedded":
        return Way(settings, ALL_ROLES)
    database, broker = (request.getfixturevalue(f"{one}_url") for one in ("postgres", "redis"))
    return Way(f"{settings}database: {database}\nbroker: {broker}\n", SEPARATE)

"""One running desk for each module of stories, and what it sends."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import ALL_ROLES, SEPARATE, Inbox, RunningDesk, Way


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningDesk]:
    """One desk for all stories of a module, with a relay of its own; it must end cleanly."""
    way = Way("pipeline: {tick: 0.2}\n", ALL_ROLES)
    yield from running(tmp_path_factory.mktemp("story") / "desk", way)


@pytest.fixture
def own_desk(tmp_path: Path, way: Way) -> Iterator[RunningDesk]:
    """A desk of this story alone, run either way."""
    yield from running(tmp_path / "desk", way)


def running(folder: Path, way: Way) -> Iterator[RunningDesk]:
    """A desk with a relay of its own, until the stories are told."""
    relay = Relay()
    desk = RunningDesk(folder, relay, settings=way.settings, roles=way.roles)
    try:
        yield desk.start()
    finally:
        codes = desk.stop()
        desk.look_for_leaks()
        relay.remove()
    assert set(codes) == {0}, desk.log()[-3000:]


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

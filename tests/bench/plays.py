"""How many mails each play of people and machines makes: `python -m tests.bench plays`.

The plays are those of the tests (`tests/plays`), in virtual time. To see what an earlier version
does, copy `tests/plays` and this file into a working tree of it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from maildesk.config.settings import Relay as RelaySettings
from tests.pipeline.place import Place
from tests.plays import crowds, robots
from tests.plays.stage import Arrival, Machine, Stage
from tests.servers.relay import Relay

_People = Callable[[], Iterable[Arrival]]
_CROWDS: tuple[tuple[str, int, _People], ...] = (
    ("75 people of one provider, each about something else", 75, lambda: crowds.questions(75, 45)),
    ("480 people whose words differ in a number alone", 480, lambda: crowds.numbered(480, 7.5)),
    ("300 people through a form with one subject", 300, lambda: crowds.form(300, 12)),
)
_MACHINES: tuple[tuple[str, str, Callable[[], Machine]], ...] = (
    ("another desk, without any header", "support@other.example", robots.other_desk),
    ("an absence without marks", "kim@away.example", robots.away),
    (
        "a robot that answers in the thread",
        "bot@robot.example",
        lambda: robots.parrot("bot@robot.example"),
    ),
    ("one that varies its address and a number", "bot@many.example", robots.forgetful),
    (
        "the same, a minute later each time",
        "bot@many.example",
        lambda: robots.forgetful(after=60),
    ),
    ("one that varies address, subject and text", "bot@many.example", robots.changing),
    ("one that quotes us, from other addresses", "bot@many.example", robots.quoting),
    ("one that says something else each time", "bot@many.example", robots.babbling),
)


def main() -> None:
    """Print the table."""
    print("| play | mails to outside |\n| --- | --- |", flush=True)
    for title, people, arrivals in _CROWDS:
        heard = {one.recipient for one in _played(arrivals(), ()).outside()}
        print(f"| {title} | {len(heard)} of {people} hear |", flush=True)
    for title, sender, made in _MACHINES:
        stage = _played([robots.seed(sender)], (made(),))
        count = len(stage.outside())
        rests = count < robots.ROUNDS
        print(f"| {title} | {count}{'' if rests else ', and no end'} |", flush=True)


def _played(arrivals: Iterable[Arrival], machines: Iterable[Machine]) -> Stage:
    """The play, on a desk of its own, until the end of the second hour."""
    relay = Relay()
    try:
        with tempfile.TemporaryDirectory(prefix="maildesk-play-") as folder:
            settings = RelaySettings(host=relay.host, port=relay.port)
            with redirect_stdout(StringIO()):
                place = Place(Path(folder) / "desk", relay=settings)
                stage = Stage(place, relay, list(machines)).play(arrivals, hours=2)
                place.services.db.close()
        return stage
    finally:
        relay.remove()

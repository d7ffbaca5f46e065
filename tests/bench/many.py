"""How long `#for` takes for a hundred tickets: `python -m tests.bench many`.

A mail that changes a hundred tickets, and one that answers a hundred customers; each from the door
to the commit, with all mails composed. Medians, and the number of mails.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from tests.pipeline.place import SQLITE, SUPPORT, Place, mail
from tests.servers.postgres import find_postgres

TICKETS, ROUNDS = 100, 5
BEN = "ben@desk.example"
PROVED = "mx.desk.example; dkim=pass header.d=desk.example"
PLAYS = (
    ("a hundred tickets changed", "#for {all}\n#priority {priority}\n#tag {sign}vip"),
    ("a hundred customers answered", "#for {all}\nThe server is up again, round {round}."),
)


def main() -> None:
    """Print the table."""
    print("| `#for` | SQLite | PostgreSQL | mails |\n| --- | --- | --- | --- |", flush=True)
    server = find_postgres()
    server.start()
    try:
        with tempfile.TemporaryDirectory() as folder:
            urls = {"sqlite": SQLITE, "postgresql": server.new_database()}
            with redirect_stdout(StringIO()):
                places = [_filled(Path(folder) / name, url) for name, url in urls.items()]
            for title, text in PLAYS:
                with redirect_stdout(StringIO()):
                    (one, mails), (two, _) = (_played(place, text) for place in places)
                print(f"| {title} | {one:.2f} s | {two:.2f} s | {mails} |", flush=True)
    finally:
        server.stop()
        server.remove()


def _filled(folder: Path, url: str) -> Place:
    place = Place(folder, url)
    file = folder / "desk.yaml"
    text = file.read_text(encoding="utf-8")
    trust = "\ntrust:\n  authserv_id: mx.desk.example\n"
    file.write_text(text.replace("\ntrust:\n", trust), encoding="utf-8")
    place.services.keeper.reload_now()
    for number in range(TICKETS):
        sender = f"kim@customer{number}.example"
        place.receive(mail(f"The printer {number} jams.", From=sender), sender)
    return place


def _played(place: Place, text: str) -> tuple[float, int]:
    """(seconds, mails that go out): the medians of the rounds."""
    numbers = " ".join(str(number + 1) for number in range(TICKETS))
    took, mails = [], []
    for turn in range(ROUNDS):
        priority, sign = ("high", "+") if turn % 2 == 0 else ("normal", "-")
        said = text.format(all=numbers, priority=priority, sign=sign, round=turn)
        head = {"From": BEN, "To": SUPPORT, "Authentication_Results": PROVED}
        before, began = len(place.rows("outbox")), time.perf_counter()
        row = place.receive(mail(said, Message_ID=f"<{turn}.{hash(text)}@x>", **head), BEN)
        took.append(time.perf_counter() - began)
        assert row.outcome == "acted", row.outcome
        mails.append(len(place.rows("outbox")) - before)
    return statistics.median(took), int(statistics.median(mails))

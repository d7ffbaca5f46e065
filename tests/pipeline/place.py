"""A worker's place for tests: the example desk on a database of its own, a clock that is told, and
kicks that are remembered."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select

from maildesk.config.keys import OWN_KEY
from maildesk.config.policy import load_policy
from maildesk.config.settings import Pipeline, Relay, Settings
from maildesk.desk.threads.links import KeyRing
from maildesk.kick import Stage
from maildesk.mail.message import Envelope
from maildesk.pipeline.delivery.deliver import Deliverer
from maildesk.pipeline.delivery.outcomes import Outcomes
from maildesk.pipeline.open_desk import open_desk
from maildesk.pipeline.receive import receive
from maildesk.pipeline.services import ClaimedLetters, HeldRows, Services
from maildesk.store import outbox, spool
from maildesk.store.schema import metadata
from tests.keys_that_leak import foreign
from tests.store.filled import put_sqlite
from tests.stories.running_desk import ROOT

FRIDAY = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)  # the office is open
SUPPORT = "support@desk.example"
KEY = b"k" * 32
SQLITE = "sqlite:///var/maildesk.sqlite"


class Place:
    """The services, and what a test asks of it."""

    def __init__(
        self,
        folder: Path,
        url: str = SQLITE,
        relay: Relay | None = None,
        *,
        relays: Sequence[Relay] = (),
    ) -> None:
        self.folder = folder
        if not folder.exists():
            shutil.copytree(ROOT / "deploy" / "desk", folder)
        if url == SQLITE:
            put_sqlite(folder / "var" / "maildesk.sqlite")
        (folder / OWN_KEY).parent.mkdir(exist_ok=True)
        (folder / OWN_KEY).write_text(f"a {KEY.hex()}\n")  # the command line finds it there
        self.now = FRIDAY
        self.kicks: list[tuple[Stage, int]] = []
        self.services = open_desk(
            folder,
            Settings(
                database=url,
                relay=relay or Relay(),
                relays=list(relays),
                pipeline=Pipeline(),
                blob_inline_limit=1_000_000,
            ),
            owner="here:1:aa",
            pool=12,
            ring=KeyRing({"a": KEY}),
            kick=lambda stage, row_id: self.kicks.append((stage, row_id)),
            now=lambda: self.now,
        )

    def beside(self, owner: str) -> Services:
        """Another worker at the same desk."""
        return replace(
            self.services,
            owner=owner,
            held_rows=HeldRows(),
            claimed_letters=ClaimedLetters(),
            outcomes=Outcomes(),
        )

    def later(self, seconds: float) -> None:
        """Time goes by."""
        self.now += timedelta(seconds=seconds)

    def spool(self, raw: bytes, sender: str = "kim@customer.example", *to: str) -> int:
        """A mail at the door; its id."""
        with self.services.db.write() as conn:
            arrivals = [(raw, Envelope(sender, to or (SUPPORT,), "smtp", "192.0.2.1"))]
            return spool.accept(conn, self.services.blobs, arrivals, self.now)[0]

    def receive(self, raw: bytes, sender: str = "kim@customer.example", *to: str) -> Any:
        """A mail at the door, processed; its spool row."""
        row_id = self.spool(raw, sender, *to)
        receive(self.services)
        return self.row("spool", row_id)

    def letters(self, recipient: str) -> list[EmailMessage]:
        """What was written to this address, as the standard library reads it."""
        with self.services.db.read() as conn:
            raws = [
                outbox.whole(conn, self.services.blobs, row)
                for row in self.rows("outbox", recipient=recipient)
            ]
        found = [message_from_bytes(raw, policy=policy.default) for raw in raws]
        return [one for one in found if isinstance(one, EmailMessage)]

    def answer(self, person: str, text: str) -> Any:
        """This person answers the last mail they got; the spool row."""
        last = self.letters(person)[-1]
        to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
        return self.receive(
            mail(text, From=person, To=to, In_Reply_To=str(last["Message-ID"])), person, to
        )

    def deliver(self) -> int:
        """Send what is due; how many mails that were."""
        return drain(self.services)

    def raw_of(self, row: Any) -> bytes:
        """The octets of a mail in the outbox, large files and all."""
        with self.services.db.read() as conn:
            return outbox.whole(conn, self.services.blobs, row)

    def look_for_leaks(self) -> None:
        """No mail that was written down here holds an address that was signed for somebody else."""
        everybody = known_addresses()  # also those whom the test took off the list
        for row in self.rows("outbox"):
            assert not foreign(self.raw_of(row), row.recipient, everybody), (
                f"mail {row.id} to {row.recipient}"
            )

    def rows(self, table: str, **equal: Any) -> list[Any]:
        """All rows of a table that are so."""
        columns = metadata.tables[table]
        found = (
            select(columns)
            .order_by(*columns.primary_key)
            .where(*(columns.c[name] == value for name, value in equal.items()))
        )
        with self.services.db.read() as conn:
            return list(conn.execute(found))

    def row(self, table: str, row_id: int) -> Any:
        """One of them."""
        (found,) = self.rows(table, id=row_id)
        return found


@cache
def known_addresses() -> tuple[str, ...]:
    """Agents and admins of the example desk."""
    known = load_policy(ROOT / "deploy" / "desk")
    return (*(key for agent in known.agents for key in agent.keys), *known.admins)


def drain(services: Services) -> int:
    """Send what is due, slice after slice; how many mails that were."""
    deliverer, count = Deliverer(services), 0
    while sent := deliverer():
        count += sent
    deliverer.close()
    return count


def mail(text: str = "Hello.", **fields: str) -> bytes:
    """A customer's mail; fields are named in Python's way."""
    head = {
        "From": "Kim <kim@customer.example>",
        "To": SUPPORT,
        "Subject": "Printer",
        "Message-ID": f"<{abs(hash(text))}@customer.example>",
    }
    head |= {name.replace("_", "-"): value for name, value in fields.items()}
    return (
        "".join(f"{name}: {value}\r\n" for name, value in head.items() if value).encode()
        + b"\r\n"
        + text.encode()
        + b"\r\n"
    )


def words(letter: EmailMessage) -> str:
    """The text of a mail in one line."""
    body = letter.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def told(place: Place, person: str, purpose: str) -> list[EmailMessage]:
    """What this person was sent in mails of this kind."""
    rows = place.rows("outbox", recipient=person)
    found = zip(rows, place.letters(person), strict=True)
    return [letter for row, letter in found if row.purpose == purpose]


def room_on_the_disk(place: Place, pages: int) -> int:
    """The database may not grow beyond so many pages, and never below what it has; how many it
    might before."""
    with place.services.db.write() as conn:
        before = int(conn.exec_driver_sql("PRAGMA max_page_count").scalar_one())
        conn.exec_driver_sql(f"PRAGMA max_page_count = {max(1, pages)}")
    return before

"""A large mail goes to a file as it comes, and is the same mail as one that was held in memory."""

from __future__ import annotations

import asyncio
import random
import resource
from datetime import UTC, datetime
from pathlib import Path

import pytest

from maildesk.config.settings import Listener
from maildesk.errors import Refused
from maildesk.ingress import content as content_module
from maildesk.ingress.content import Content
from maildesk.ingress.group_commit import GroupCommit
from maildesk.ingress.large import Large
from maildesk.ingress.lines import END
from maildesk.intake import Intake
from maildesk.mail.message import Envelope
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.incoming import DEAD_AFTER, Arrived, Incoming, remove_dead_parts
from maildesk.store.migrate import migrate
from tests.ingress.open_door import Client, OpenDoor, a_listener

TOP = b"Received: from x\r\n"
LINES = (b"0123456789" * 7 + b"\r\n") * 30_000  # 2 MB
PIECES = (
    b"\r\n",
    b"\r\n.",
    b"\r\n..",
    b"\n",
    b"\r",
    b"\r\r\n",
    b".",
    b"x",
    b"\n.",
    b"some words",
    b"\r\n.x\r\n",
    b"Received: y",
)


async def taken(
    octets: bytes, listener: Listener, folder: Path | None, dice: random.Random
) -> tuple[bytes | str, bytes]:
    """The message, or that it is refused, and what followed the end; the octets come in pieces of
    any size."""

    def begin() -> Large:
        assert folder is not None
        return Large(Incoming(folder), TOP, listener, lambda _: None)

    content, rest, at = Content(listener.max_message_size, begin if folder else None), None, 0
    while rest is None:
        size = dice.choice((1, 2, 3, 10, 100, 5000))
        rest, at = content.feed(octets[at : at + size]), at + size
    rest += octets[at:]
    try:
        if content.large is None:
            return content.checked(listener, TOP), rest
        return (await content.large.checked()).path.read_bytes(), rest
    except Refused as refusal:
        return str(refusal)[:1], rest  # which of several limits is told first is no matter
    finally:
        content.close()


@pytest.mark.parametrize("seed", range(60))
def test_whatever_comes_it_is_the_same_mail_in_a_file_and_in_memory(
    seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dice = random.Random(seed)
    limits = {
        "max_line_length": dice.choice((40, 100_000)),
        "max_message_size": dice.choice((900, 5000)),
        "max_hops": 900,
    }
    listener = a_listener(**limits)
    body = b"".join(dice.choices(PIECES, k=dice.choice((50, 600)))).replace(END, b"")
    octets = body + END + b"QUIT\r\n"
    monkeypatch.setattr(content_module, "LARGE", 10)
    monkeypatch.setattr("maildesk.ingress.large.AT_ONCE", 5)
    expected = asyncio.run(taken(octets, listener, None, dice))
    assert asyncio.run(taken(octets, listener, tmp_path, dice)) == expected
    assert list(tmp_path.iterdir()) == []


def test_a_large_mail_comes_through_the_door_whole_and_is_kept_in_its_place(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/desk.db")
    migrate(database)
    blobs = Blobs(tmp_path / "blobs", 1_000_000)
    kicked: list[int] = []

    class Desk(OpenDoor):
        acceptor = GroupCommit(
            Intake(
                database, blobs, lambda _, row_id: kicked.append(row_id), lambda: datetime.now(UTC)
            )
        )

        async def _accept(self, raw: bytes | Arrived, envelope: Envelope) -> None:
            assert isinstance(raw, Arrived)
            await self.acceptor(raw, envelope)
            self.accepted.append((raw.digest, envelope))

    with Desk(incoming=tmp_path / "blobs") as door, Client(door) as client:
        assert client.send(b"Message-ID: <1@x.example>\r\n\r\n..dots\r\n" + LINES).startswith("250")
        ((digest, envelope),) = door.accepted
    assert (len(kicked), envelope.mail_from) == (1, "ana@customer.example")
    with database.read() as conn:
        raw = blobs.get(conn, digest)
    assert raw.startswith(b"Return-Path: <ana@customer.example>\r\nReceived: from client.example")
    assert raw.endswith(b"Message-ID: <1@x.example>\r\n\r\n.dots\r\n" + LINES)
    assert len([path for path in (tmp_path / "blobs").rglob("*") if path.is_file()]) == 1
    Desk.acceptor.close()
    database.close()


def test_nothing_stays_of_a_mail_that_is_refused_or_breaks_off(tmp_path: Path) -> None:
    with OpenDoor(a_listener(max_message_size=3_000_000), tmp_path) as door:
        with Client(door) as client:
            assert client.send(LINES + LINES).startswith("552 5.3.4")
            assert client.send(LINES + b"x" * 100_000 + b"\r\n").startswith(
                "552 5.3.4 A line is too long"
            )
            door.failure = OSError("no")
            assert client.send(LINES).startswith("451")
            client.begin()
            client.write(LINES)
        door.stop(0).result(10)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_told_while_the_sender_still_has_the_mail(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with OpenDoor(incoming=tmp_path) as door, Client(door) as client:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_500_000, before[1]))
        try:
            assert client.send(LINES).startswith("452 4.3.1")
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert client.send(LINES).startswith("250")
    assert len(door.accepted) == 1


def test_what_a_process_that_died_has_left_is_removed_a_day_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Incoming(tmp_path).write(b"half")
    (tmp_path / "kept").write_bytes(b"x")
    remove_dead_parts(tmp_path)
    assert len(list(tmp_path.iterdir())) == 2
    monkeypatch.setattr("maildesk.store.incoming.DEAD_AFTER", -DEAD_AFTER)
    remove_dead_parts(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]


def test_memory_held_for_a_large_mail_does_not_grow_with_it(tmp_path: Path) -> None:
    async def most() -> int:
        large, most = Large(Incoming(tmp_path), TOP, a_listener(), lambda _: None), 0
        for _ in range(20):
            large.feed(LINES[:100_000])
            most = max(most, large.kept)
            await asyncio.sleep(0)
        large.close()
        return most

    assert asyncio.run(most()) < 2_100_000

"""What is put into one mail is bounded by what the relay takes, and `#send files` brings an agent
the rest in mails that fit."""

from __future__ import annotations

import random
import tracemalloc
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from maildesk.config.settings import Relay as RelaySettings
from maildesk.pipeline.receive import receive
from maildesk.store import outbox
from tests.pipeline.place import SUPPORT, Place, mail, words
from tests.servers.relay import Relay

BEN, KIM = "ben@desk.example", "kim@customer.example"
PLANS, PHOTOS, FILM = (random.Random(seed).randbytes(60_000) for seed in (1, 2, 3))
NOTES = random.Random(4).randbytes(900)
TYPES = {"txt": "text/plain", "exe": "application/x-msdownload"}
SMALL = 240_000  # octets of a mail that the relay takes: room for one of the files


def with_files(files: dict[str, bytes], coding: str = "base64", **fields: str) -> bytes:
    """A mail with these files."""
    found = EmailMessage(policy=SMTP)
    head = {"From": KIM, "To": SUPPORT, "Subject": "Plans", "Message-ID": "<1@c.example>"}
    for name, value in (
        head | {name.replace("_", "-"): value for name, value in fields.items()}
    ).items():
        found[name] = value
    found.set_content("Here they are.")
    for name, content in files.items():
        found.add_attachment(content, "application", "octet-stream", filename=name, cte=coding)
    return found.as_bytes()


def files(letter: EmailMessage) -> dict[str, object]:
    """What hangs on it."""
    return {
        str(part.get_filename()): part.get_payload(decode=True)
        for part in letter.iter_attachments()
    }


def answered(place: Place, files: dict[str, bytes]) -> None:
    """The agent answers the last mail, with these files."""
    last = place.letters(BEN)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    fields = {
        "From": BEN,
        "To": to,
        "In_Reply_To": str(last["Message-ID"]),
        "Message_ID": "<2@desk.example>",
    }
    place.receive(with_files(files, **fields), BEN, to)


@pytest.fixture
def small(place: Place, relay: Relay) -> Place:
    """A desk that has heard what its relay takes."""
    relay.size = SMALL
    place.receive(mail("Good morning."))
    place.deliver()
    return place


def sent(place: Place, purpose: str) -> list[EmailMessage]:
    """The mails of this purpose to the agent."""
    ids = {row.message_id for row in place.rows("outbox", purpose=purpose)}
    return [letter for letter in place.letters(BEN) if str(letter["Message-ID"]).strip("<>") in ids]


def test_no_mail_is_larger_than_the_relay_takes(small: Place, relay: Relay) -> None:
    small.receive(with_files({"plans.pdf": PLANS, "photos.pdf": PHOTOS, "notes.txt": NOTES}))
    told = small.letters(BEN)[-1]
    assert [*files(told)] == ["plans.pdf", "notes.txt"]
    how = (
        "#send files on the first line of a reply brings it; maildesk ticket files TKT-0002 "
        "writes it to a folder"
    )
    assert (
        f"photos.pdf, 59 KB: more than 99 KB in all; the mail server takes no more in one mail; "
        f"{how}"
    ) in words(told)
    small.deliver()
    assert {row.state for row in small.rows("outbox")} == {"sent"}
    assert max(len(m.raw) for m in relay.messages) <= SMALL


def test_an_answer_is_no_larger_either_and_its_author_is_told(small: Place, relay: Relay) -> None:
    answered(small, {"plans.pdf": PLANS, "photos.pdf": PHOTOS})
    assert [*files(small.letters(KIM)[-1])] == ["plans.pdf"]
    assert "the mail server" not in words(small.letters(KIM)[-1])
    (left,) = sent(small, "agent_transcript")
    assert "photos.pdf more than 99 KB in all; the mail server takes no more in one mail" in words(
        left
    )
    small.deliver()
    assert {row.state for row in small.rows("outbox")} == {"sent"}


def test_before_the_first_connection_the_policy_alone_counts(place: Place, relay: Relay) -> None:
    relay.size = SMALL
    place.receive(with_files({"plans.pdf": PLANS, "photos.pdf": PHOTOS}))
    assert [*files(place.letters(BEN)[-1])] == ["plans.pdf", "photos.pdf"]


def test_a_relay_that_takes_more_now_is_believed(small: Place, relay: Relay) -> None:
    relay.size = 50_000_000
    small.receive(mail("Hello again."))
    small.deliver()
    small.receive(with_files({"plans.pdf": PLANS, "photos.pdf": PHOTOS}))
    assert [*files(small.letters(BEN)[-1])] == ["plans.pdf", "photos.pdf"]


@pytest.mark.parametrize("limit", [10_000, 10_000_000])
def test_all_files_of_a_ticket_come_in_mails_that_fit(
    small: Place, relay: Relay, limit: int
) -> None:
    small.services.blobs._limit = limit
    small.receive(
        with_files({"plans.pdf": PLANS, "photos.pdf": PHOTOS, "setup.exe": b"MZ" + NOTES})
    )
    small.receive(
        with_files(
            {"film.mov": FILM, "notes.txt": NOTES},
            References="<1@c.example>",
            Message_ID="<3@c.example>",
        )
    )
    before, others, history = (
        small.row("tickets", 2),
        len(small.rows("outbox")),
        len(small.rows("history")),
    )
    small.answer(BEN, "#send files")
    parts = sent(small, "agent_files")
    assert [files(part) for part in parts] == [
        {"plans.pdf": PLANS},
        {"photos.pdf": PHOTOS},
        {"film.mov": FILM, "notes.txt": NOTES},
    ]
    assert [
        f"The files of TKT-0002, part {n} of 3:" in words(part) for n, part in enumerate(parts, 1)
    ] == [True] * 3
    assert ["setup.exe" in words(part) for part in parts] == [True, False, False]
    assert "programs are not passed on" in words(parts[0])
    assert len(small.rows("outbox")) == others + 3, "nobody else is written to"
    assert small.row("tickets", 2) == before
    (line,) = small.rows("history")[history:]
    assert (line.what, line.who, line.detail) == (
        "files_sent",
        BEN,
        {"to": BEN, "files": 4, "mails": 3},
    )
    assert (
        sum(len(row.raw or b"") for row in small.rows("outbox", purpose="agent_files")) < 20_000
    ), "large files stay where they lie"
    small.deliver()
    assert {row.state for row in small.rows("outbox")} == {"sent"}
    assert max(len(m.raw) for m in relay.messages) <= SMALL


def test_a_file_in_another_coding_comes_as_well(place: Place) -> None:
    place.receive(with_files({"plans.pdf": PLANS}, "quoted-printable"))
    place.answer(BEN, "#dateien schicken")
    (letter,) = sent(place, "agent_files")
    assert files(letter) == {"plans.pdf": PLANS}


def test_a_file_that_no_mail_can_carry_is_named_with_the_way_to_get_it(small: Place) -> None:
    small.receive(with_files({"film.mov": FILM * 3, "notes.txt": NOTES}))
    assert (
        "film.mov, 176 KB: more than 99 KB in all; the mail server takes no more in one mail; "
        "maildesk"
    ) in words(sent(small, "agent_new")[-1])
    small.answer(BEN, "#schick dateien")
    (letter,) = sent(small, "agent_files")
    assert [*files(letter)] == ["notes.txt"]
    assert "film.mov, 176 KB: more than 99 KB in all" in words(letter)
    assert "maildesk ticket files TKT-0002 writes it to a folder" in words(letter)


def test_files_of_a_message_that_is_gone_are_named_and_the_others_come(place: Place) -> None:
    place.services.blobs._limit = 10_000
    place.receive(with_files({"plans.pdf": PLANS}))
    place.receive(
        with_files({"photos.pdf": PHOTOS}, References="<1@c.example>", Message_ID="<3@c.example>")
    )
    digest = place.rows("messages")[0].digest.hex()
    kept = place.folder / "var" / "blobs" / digest[:2] / digest
    kept.rename(kept.with_suffix(".away"))
    to = place.rows("outbox", recipient=BEN)[-1]
    with place.services.db.read() as conn:
        told = message_from_bytes(outbox.raw_of(conn, to))
    reply_to = str(told["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        mail("#send files", From=BEN, To=reply_to, In_Reply_To=str(told["Message-ID"])),
        BEN,
        reply_to,
    )
    kept.with_suffix(".away").rename(kept)
    (letter,) = sent(place, "agent_files")
    assert files(letter) == {"photos.pdf": PHOTOS}
    assert "plans.pdf, 59 KB: the message that brought it cannot be read" in words(letter)


def test_a_ticket_without_files_says_so(place: Place) -> None:
    place.receive(mail("Good morning."))
    place.answer(BEN, "#files")
    (letter,) = sent(place, "agent_files")
    assert "There is no file of TKT-0001 that could be sent to you." in words(letter)


def test_words_beside_it_go_to_the_customer_as_ever_and_the_files_do_not(place: Place) -> None:
    place.receive(with_files({"plans.pdf": PLANS}))
    place.answer(BEN, "#send files\n\nI am looking at them.")
    assert files(place.letters(KIM)[-1]) == {}
    assert len(sent(place, "agent_files")) == 1


def test_one_message_at_a_time_is_in_memory(tmp_path: Path) -> None:
    desk = Place(tmp_path / "desk", relay=RelaySettings())
    desk.services.blobs._limit = 10_000
    size, count = 2_000_000, 6
    for number in range(count):
        content = random.Random(number).randbytes(size)
        fields = {"References": "<0@c.example>", "Message_ID": f"<{number}@c.example>"}
        desk.receive(with_files({f"{number}.pdf": content}, **fields))
    assert len(desk.rows("tickets")) == 1
    with desk.services.db.read() as conn:
        told = message_from_bytes(outbox.raw_of(conn, desk.rows("outbox", recipient=BEN)[-1]))
    to = str(told["Reply-To"]).rpartition("<")[2].rstrip(">")
    desk.spool(mail("#send files", From=BEN, To=to, In_Reply_To=str(told["Message-ID"])), BEN, to)
    tracemalloc.start()
    receive(desk.services)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(desk.rows("outbox", purpose="agent_files")) == 1
    assert peak < 4 * size
    desk.services.db.close()


def test_a_maildir_takes_everything(place: Place) -> None:
    desk = Place(place.folder, relay=RelaySettings())
    desk.receive(mail("Good morning."))
    desk.deliver()
    assert desk.services.largest.mail is None
    desk.services.db.close()

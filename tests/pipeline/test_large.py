"""A large file lies in the message that brought it, and every mail that carries
it names the place."""

from __future__ import annotations

import random
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from maildesk.config.settings import Relay as RelaySettings
from maildesk.pipeline.delivery.deliver import Deliverer
from maildesk.store import outbox
from tests.pipeline.place import SUPPORT, Place, mail
from tests.servers.relay import Relay

FILE = random.Random(1).randbytes(300_000)
AGENTS = ("ana@desk.example", "ben@desk.example", "carla@desk.example")


def with_file(content: bytes = FILE, coding: str = "base64", **fields: str) -> bytes:
    """A mail with a file."""
    found = EmailMessage(policy=SMTP)
    for name, value in {
        "From": "kim@customer.example",
        "To": SUPPORT,
        "Subject": "Plans",
        "Message-ID": "<1@c.example>",
        **fields,
    }.items():
        found[name.replace("_", "-")] = value
    found.set_content("Here they are.")
    found.add_attachment(content, "application", "pdf", filename="plans.pdf", cte=coding)
    return found.as_bytes()


def files(letter: EmailMessage) -> list[object]:
    """What hangs on it."""
    return [part.get_content() for part in letter.iter_attachments()]


@pytest.mark.parametrize("limit", [10_000, 10_000_000])
def test_a_file_for_three_agents_is_kept_once_and_sent_whole(
    both: Place, relay: Relay, limit: int
) -> None:
    both.services.blobs._limit = limit
    both.receive(with_file())
    assert both.deliver() == len(relay.messages) == 4
    assert sum(len(row.raw or b"") for row in both.rows("outbox")) < 20_000
    for agent in AGENTS:
        (letter,) = both.letters(agent)
        assert files(letter) == [FILE]
        (sent,) = [m for m in relay.messages if m.rcpt_to == (agent,)]
        with both.services.db.read() as conn:
            (row,) = both.rows("outbox", recipient=agent)
            assert sent.raw.replace(b"\r\n", b"\n") == outbox.whole(
                conn, both.services.blobs, row
            ).replace(b"\r\n", b"\n")


def test_a_file_in_another_coding_is_encoded_and_kept_once(place: Place) -> None:
    place.receive(with_file(coding="quoted-printable"))
    assert [files(letter) for agent in AGENTS for letter in place.letters(agent)] == [[FILE]] * 3
    assert sum(len(row.raw or b"") for row in place.rows("outbox")) < 20_000
    assert len([blob for blob in place.rows("blobs") if blob.size > 300_000]) == 2


def test_an_agents_file_goes_to_everybody_and_is_kept_once(place: Place, relay: Relay) -> None:
    place.receive(mail(Cc=", ".join(f"p{n}@customer.example" for n in range(20))))
    (told,) = place.letters("ben@desk.example")
    to = str(told["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        with_file(From="ben@desk.example", To=to, In_Reply_To=str(told["Message-ID"])),
        "ben@desk.example",
        to,
    )
    assert len(answers := place.rows("outbox", purpose="reply")) == 21
    assert sum(len(row.raw or b"") for row in answers) < 60_000
    place.deliver()
    assert sum(len(m.raw) > 400_000 for m in relay.messages) == 21


def test_a_mail_whose_file_is_gone_waits_and_no_half_of_it_arrives(
    place: Place, relay: Relay
) -> None:
    place.services.blobs._limit = 10_000
    place.receive(with_file())
    (file,) = [path for path in (place.folder / "var" / "blobs").rglob("*") if path.is_file()]
    whole = file.read_bytes()
    file.write_bytes(whole[:300_000])
    place.deliver()
    assert [row.state for row in place.rows("outbox", purpose="agent_new")] == ["due"] * 3
    assert [m.rcpt_to for m in relay.messages] == [("kim@customer.example",)]
    file.write_bytes(whole)
    place.later(5)
    assert place.deliver() == 3
    assert sum(len(m.raw) > 400_000 for m in relay.messages) == 3


def test_a_large_mail_lies_whole_in_the_maildir(tmp_path: Path) -> None:
    place = Place(tmp_path / "desk", relay=RelaySettings())
    place.receive(with_file())
    assert place.deliver() == 4
    sizes = [
        path.stat().st_size
        for path in (place.folder / place.services.settings.relay.maildir / "new").iterdir()
    ]
    assert sum(size > 400_000 for size in sizes) == 3
    place.services.db.close()


def test_what_is_not_sent_at_once_is_read_from_the_outbox(place: Place, relay: Relay) -> None:
    place.services.claimed_letters.most = 0
    place.receive(with_file())
    assert Deliverer(place.services)() > 0
    place.deliver()
    assert sum(len(m.raw) > 400_000 for m in relay.messages) == 3


def limited(place: Place) -> Place:
    """The same desk with room for one such file in a mail."""
    file = place.folder / "desk.yaml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("max_total: 20 MB", "max_total: 500 KB"),
        encoding="utf-8",
    )
    return Place(place.folder)


def two_files(**fields: str) -> bytes:
    first = with_file(FILE, "base64", **fields)
    cut = first.rstrip().rpartition(b"\r\n")[2].removesuffix(b"--")
    part = first[first.index(b"Content-Type: application/pdf") : first.rindex(cut)]
    return (
        first[: first.rindex(cut)]
        + cut
        + b"\r\n"
        + part.replace(b"plans", b"photos")
        + cut
        + b"--\r\n"
    )


def test_files_that_are_too_large_together_are_named_with_the_way_to_get_them(place: Place) -> None:
    desk = limited(place)
    desk.receive(two_files())
    (letter,) = desk.letters("ana@desk.example")
    assert [part.get_filename() for part in letter.iter_attachments()] == ["plans.pdf"]
    body = letter.get_body(("plain",))
    assert body is not None
    words = " ".join(str(body.get_content()).split())
    assert "photos.pdf" in words
    how = (
        "#send files on the first line of a reply brings it; maildesk ticket files TKT-0001 "
        "writes it to a folder"
    )
    assert f"more than 500 KB in all; {how}" in words
    assert not desk.rows("outbox", purpose="attachment_refused"), (
        "it has arrived, and the customer need do nothing"
    )


def test_an_agent_is_told_which_files_did_not_go_out(place: Place) -> None:
    desk = limited(place)
    desk.receive(mail())
    (told,) = desk.letters("ben@desk.example")
    to = str(told["Reply-To"]).rpartition("<")[2].rstrip(">")
    desk.receive(
        two_files(From="ben@desk.example", To=to, In_Reply_To=str(told["Message-ID"])),
        "ben@desk.example",
        to,
    )
    answer = desk.letters("kim@customer.example")[-1]
    assert [part.get_filename() for part in answer.iter_attachments()] == ["plans.pdf"]
    (left,) = desk.rows("outbox", purpose="agent_transcript")
    transcript = next(
        one
        for one in desk.letters("ben@desk.example")
        if str(one["Message-ID"]).strip("<>") == left.message_id
    )
    body = transcript.get_body(("plain",))
    assert body is not None
    assert "more than 500 KB in all" in " ".join(str(body.get_content()).split())


def test_a_notification_that_is_too_large_for_a_server_comes_again_without_its_files(
    place: Place, relay: Relay
) -> None:
    relay.answer("ana@|ben@|carla@", "552 5.3.4 message too big", stage="data", times=3)
    place.receive(with_file())
    place.deliver()
    for agent in AGENTS:
        (whole, again) = place.letters(agent)
        assert files(again) == []
        assert again["Reply-To"] == whole["Reply-To"]
        assert again["Message-ID"] != whole["Message-ID"]
        body, page = again.get_body(("plain",)), again.get_body(("html",))
        assert body is not None
        assert page is not None
        words = " ".join(str(body.get_content()).split())
        assert words.partition("[plans.pdf, 293 KB] ")[2].startswith(
            ("#send files on the", "#dateien schicken")
        )
        assert "Here they are." in words
        assert "[plans.pdf, 293 KB]" in page.get_content()
        (sent,) = [m for m in relay.messages if m.rcpt_to == (agent,)]
        assert len(sent.raw) < 100_000
    assert not place.rows("outbox", purpose="agent_undelivered")
    assert not place.rows("outbox", purpose="admin_alarm")
    assert len(place.rows("history", what="sent_without_files")) == 3
    place.answer("ben@desk.example", "I have it.")
    assert [row.reply for row in place.rows("messages", direction="out")] == ["I have it."]


def test_what_is_refused_even_without_files_is_told_as_what_it_was(
    place: Place, relay: Relay
) -> None:
    relay.answer("ana@|ben@|carla@", "552 5.2.3 message too big", stage="data")
    place.receive(with_file())
    place.deliver()
    letters = [
        one
        for one in place.letters("ben@desk.example")
        if "did not arrive" in one.as_string().lower()
    ]
    assert letters
    assert "YOUR ANSWER" not in "".join(one.as_string() for one in letters)
    told = [place.raw_of(row).decode() for row in place.rows("outbox", purpose="admin_alarm")]
    assert any("reached nobody" in words for words in told)

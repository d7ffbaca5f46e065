"""A ticket is erased: every table and every file is looked through for its words afterwards."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from maildesk.desk.actor import operator_acts
from maildesk.desk.commands.spec import Command
from maildesk.desk.filters.fields import Asker
from maildesk.desk.filters.parse import parse
from maildesk.desk.filters.values import EVERYTHING
from maildesk.pipeline.act import act
from maildesk.pipeline.ticker import Ticker
from maildesk.store.erasing import sweep
from maildesk.store.erasing.erase import contents, erase
from maildesk.store.queries import ticket_queries
from maildesk.store.secrets import page_codes, page_sessions, proved_networks, waiting_forms
from maildesk.store.secrets.waiting_forms import Waiting
from tests.pipeline.deletion.traces import traces
from tests.pipeline.place import SUPPORT, Place, mail, words

OTTI, LEE, BEN = "otti@manor.example", "lee@elsewhere.example", "ben@desk.example"
ADA = operator_acts("ada")
WORDS = ("zanzibar", "ottilie", "manor.example", "quagmire", "secretplan", "xylophone")


def with_file(text: str, sender: str, name: str, content: bytes, subject: str = "Hello") -> bytes:
    """A mail with a file."""
    one = EmailMessage()
    one["From"], one["To"], one["Subject"] = sender, SUPPORT, subject
    one["Message-ID"] = f"<{abs(hash(text))}@manor.example>"
    one.set_content(text)
    one.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return one.as_bytes().replace(b"\n", b"\r\n")


def a_life(place: Place) -> bytes:
    """Ticket 1, of Ottilie: a large file, notes, answers; ticket 2 is Lee's. Her first mail."""
    large = b"quagmire " * 150_000
    first = with_file(
        "Where is Zanzibar?", f"Ottilie <{OTTI}>", "secretplan.pdf", large, "Zanzibar trip"
    )
    place.receive(first, OTTI)
    place.later(60)
    place.receive(mail("No paper comes.", From=f"Lee <{LEE}>", Subject="Paper"), LEE)
    place.later(60)
    place.deliver()
    do(place, "1", Command("note", "Ask about the xylophone"), Command("subject", "Xylophone"))
    do(place, "1", Command("reply", "It is near the Quagmire."))
    place.later(60)
    place.receive(first, OTTI)  # once more
    place.answer(OTTI, "Which Quagmire? My xylophone is wet.")
    place.later(60)
    place.answer(BEN, "#wait\n\nWe will look, Ottilie.")
    do(place, "1", Command("resolve", "The xylophone is dry."))
    place.deliver()
    on_pages(place)
    return first


def on_pages(place: Place) -> None:
    """What the pages have kept of Ottilie; and that she has not typed the code of a request."""
    now, lasts = place.now, timedelta(minutes=15)
    request = Waiting(OTTI, SUPPORT, b"Subject: Zanzibar\r\n\r\nSecretplan.\r\n")
    with place.services.db.write() as conn:
        proved_networks.remember(conn, OTTI, "192.0.2.0/24", now)
        proved_networks.remember(conn, LEE, "192.0.2.0/24", now)
        page_codes.write_down(conn, 1, OTTI, "code", now, digest=b"c" * 32, lasts=lasts)
        page_sessions.write_down(conn, OTTI, b"b" * 32, now, now + lasts)
        page_sessions.begin(conn, b"d" * 32, OTTI, [], now, now + lasts)
        waiting_forms.put(conn, "a", request, b"e" * 32, now, lasts)


def do(place: Place, to: str, *commands: Command) -> None:
    place.later(60)
    (receipt,) = act(place.services, ADA, commands, [to])
    assert receipt.problems == ()


def erased(place: Place, ticket_id: int) -> None:
    place.later(60)
    with place.services.db.write() as conn:
        erase(conn, ticket_id, by="ada", now=place.now)


def swept(place: Place) -> bool:
    return sweep.sweep(place.services.db, place.services.blobs, place.now)


def found(place: Place, query: str) -> list[str]:
    policy = place.services.keeper.current.policy
    with place.services.db.read() as conn:
        asked = parse(query, Asker(policy, place.now))
        page = ticket_queries.find(conn, asked, EVERYTHING, policy, limit=50)
    return [one.reference for one in page.tickets]


def test_nothing_is_left_of_it_in_any_table_or_file_and_the_others_have_all(both: Place) -> None:
    a_life(both)
    before = both.rows("messages", ticket_id=2)
    assert traces(both, *WORDS)
    assert found(both, "zanzibar") == ["TKT-0001"]
    erased(both, 1)
    assert swept(both)
    assert traces(both, *WORDS) == []
    assert found(both, "zanzibar") == found(both, "quagmire") == []
    assert found(both, "is:open") == ["TKT-0002"]
    assert found(both, "paper") == ["TKT-0002"]
    assert both.rows("messages") == before
    assert [row.address for row in both.rows("proved_networks")] == [LEE]
    (gone,) = both.rows("deleted_tickets")
    assert (gone.reference, gone.by, gone.at) == ("TKT-0001", "ada", both.now)
    assert gone.swept_at == both.now
    assert [one for one in (both.folder / "var").rglob("*") if len(one.name) == 64] == []


def test_what_the_pages_keep_of_people_goes_when_its_time_is_over(both: Place) -> None:
    both.receive(mail("No paper comes.", From=OTTI, Subject="Paper"), OTTI)
    on_pages(both)
    tables = "page_codes", "page_log_ins", "page_sessions", "proved_networks", "waiting_forms"
    ticker = Ticker(both.services, kicks=True, renews=False)
    ticker.look_further()
    assert all(both.rows(name) for name in tables)
    both.later(60 * 60)
    ticker.look_further()
    assert [name for name in tables if both.rows(name)] == [
        "page_codes",
        "page_log_ins",
        "proved_networks",
    ]  # which count mails of a day
    both.later(90 * 24 * 60 * 60)
    ticker.look_further()
    assert [name for name in tables if both.rows(name)] == []


def test_what_would_go_is_said_before(both: Place) -> None:
    a_life(both)
    with both.services.db.read() as conn:
        goes = contents(conn, 1)
    assert goes.files == ("secretplan.pdf",)
    assert goes.messages == len(both.rows("messages", ticket_id=1))
    assert goes.parts == ()


def test_a_message_that_was_processed_does_not_act_again(both: Place) -> None:
    raw = mail("Where is Zanzibar?", From=f"Ottilie <{OTTI}>")
    both.receive(raw, OTTI)
    erased(both, 1)
    assert both.receive(raw, OTTI).outcome == "duplicate"
    assert swept(both)
    assert traces(both, "zanzibar", "manor") == [], "and leaves nothing when it comes again"
    assert both.rows("tickets") == []
    assert all(row.message_id.startswith("erased:") for row in both.rows("processed_messages"))


def test_whoever_writes_to_it_later_is_heard(both: Place) -> None:
    """By the address that was made for them, by our Message-ID, by the number: the words open a
    ticket of their own."""
    both.receive(mail("Where is Zanzibar?", From=f"Ottilie <{OTTI}>"), OTTI)
    both.deliver()
    greeting = both.letters(OTTI)[-1]
    erased(both, 1)
    to = str(greeting["Reply-To"]).rpartition("<")[2].rstrip(">")
    both.later(60)
    answer = mail("Hello?", From=OTTI, To=to, In_Reply_To=str(greeting["Message-ID"]))
    assert both.receive(answer, OTTI, to).outcome == "opened"
    both.later(60)
    by_number = mail("Still there?", From=OTTI, Subject="Re: Printer [TKT-0001]")
    assert both.receive(by_number, OTTI).outcome == "opened"
    assert [row.reference for row in both.rows("tickets")] == ["TKT-0002", "TKT-0003"]


def test_who_has_another_ticket_stays_known_and_who_has_none_does_not(both: Place) -> None:
    for n, who in enumerate((LEE, LEE, OTTI)):
        both.receive(mail(f"No {n} comes.", From=who, Subject=f"Paper {n}"), who)
        both.later(60)
        both.answer(who, f"Any news of {n}?")
        both.later(60)
    assert [row.address for row in both.rows("correspondents")] == [LEE, OTTI]
    both.deliver()
    erased(both, 1)
    erased(both, 3)
    assert [row.address for row in both.rows("correspondents")] == [LEE]
    assert swept(both)
    assert traces(both, OTTI) == []
    assert traces(both, LEE)


def test_mails_of_other_tickets_that_showed_it_lose_their_words_once_they_are_out(
    both: Place,
) -> None:
    both.receive(mail("Hello.", From=LEE, Subject="Zanzibar trip"), LEE)
    both.later(60)
    both.deliver()
    both.receive(mail("No paper.", From=LEE, Subject="Paper"), LEE)
    assert "Zanzibar" in str(both.letters(BEN)[-1])
    erased(both, 1)
    assert not swept(both), "a notification that shows it still waits"
    both.deliver()
    assert swept(both)
    assert traces(both, "zanzibar") == []
    assert both.rows("mails_showing") == []
    assert {row.state for row in both.rows("outbox", ticket_id=2)} == {"sent"}
    assert "TKT-0002" in words(both.letters(LEE)[-1]), "what was packed against it is whole"


def test_a_file_is_removed_by_the_next_look_where_a_process_died(both: Place) -> None:
    a_life(both)
    erased(both, 1)  # and nobody swept
    (pending,) = both.rows("erased_blobs")
    assert both.rows("blobs", digest=pending.digest) == []
    (file,) = files_of(both, pending.digest)
    assert f"file {file.name}: secretplan" in traces(both, "secretplan")
    assert swept(both)
    assert files_of(both, pending.digest) == []
    assert both.rows("erased_blobs") == []
    assert swept(both), "and once more harms nothing"


def test_a_file_that_came_again_meanwhile_stays(both: Place) -> None:
    raw = a_life(both)
    erased(both, 1)
    (pending,) = both.rows("erased_blobs")
    row_id = both.spool(raw, OTTI)
    assert swept(both)
    with both.services.db.read() as conn:
        assert both.services.blobs.get(conn, both.row("spool", row_id).digest) == raw
    assert files_of(both, pending.digest)


def files_of(place: Place, digest: bytes) -> list[Path]:
    return list((place.folder / "var").rglob(digest.hex()))

"""A campaign: who is written to and who is not, what they get, how they answer, and that nobody
hears twice of it, however often it is begun."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from maildesk import cli
from maildesk.config.check import check
from maildesk.store import automatic
from tests.pipeline.delivery.test_delivery_reports import report
from tests.pipeline.place import Place, mail, words

KIM, EVA = "kim@customer.example", "eva@lund.example"
LIST = """\
E-Mail;name;ends
kim@customer.example;Kim *Novak*;31 December
eva@lund.example;Eva;1 March
"""
TEMPLATE = """\
---
subject: Your licence ends on {{ ends }}
---
Hello {{ name }},

shall we **renew** it?
"""


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    made = Place(tmp_path / "desk")
    (made.folder / "outreach").mkdir()
    (made.folder / "outreach" / "renewal.md").write_text(TEMPLATE, encoding="utf-8")
    yield made
    made.services.db.close()


def campaign(place: Place, *words: str, rows: str = LIST, code: int = 0) -> Result:
    file = place.folder.parent / "list.csv"
    file.write_text(rows, encoding="utf-8")
    if not cli.app.registered_groups:
        cli._register()
    call = ["outreach", str(file), "--template", "renewal", *words, "--rate", "100000"]
    done = CliRunner().invoke(cli.app, [*call, "--desk", str(place.folder)])
    assert done.exit_code == code, done.output
    return done


def unsubscribed(place: Place, *words: str, code: int = 0) -> str:
    done = CliRunner().invoke(cli.app, ["unsubscribed", *words, "--desk", str(place.folder)])
    assert done.exit_code == code, done.output
    return done.stdout


def test_a_dry_run_shows_mails_and_writes_nothing(place: Place) -> None:
    said = campaign(place).stdout
    assert "To: Kim *Novak* <kim@customer.example>" in said
    assert "Subject: Your licence ends on 31 December" in said
    assert "2 would be written to. Nothing was sent: --send does it." in said
    assert place.rows("tickets") == place.rows("outbox") == place.rows("outreach") == []


def test_each_gets_a_mail_in_a_ticket_that_waits(place: Place) -> None:
    assert "2 mails were written" in campaign(place, "--send").stdout
    kim, eva = place.rows("tickets")
    assert (kim.status, kim.channel, kim.requester_address) == ("waiting", "outreach", KIM)
    assert (kim.subject, eva.subject) == (
        "Your licence ends on 31 December", "Your licence ends on 1 March"
    )  # fmt: skip
    assert {row.purpose for row in place.rows("outbox")} == {"outreach"}
    (letter,) = place.letters(KIM)
    assert "Hello Kim *Novak*, shall we renew it?" in words(letter)
    html = letter.get_body(("html",))
    assert html is not None
    assert "<strong>renew</strong>" in html.get_content()
    assert letter["List-Unsubscribe"].startswith("<mailto:support+r")
    assert letter["Precedence"] == "bulk"
    assert place.letters("ben@desk.example") == []


def test_nobody_hears_twice_of_one_campaign(place: Place) -> None:
    campaign(place, "--send")
    again = campaign(place, "--send", rows=f"{LIST}sam@new.example;Sam;today\n")
    assert "list.csv:2: kim@customer.example: was written to by this campaign" in again.stderr
    assert "1 mail was written" in again.stdout
    assert [len(place.letters(one)) for one in (KIM, EVA, "sam@new.example")] == [1, 1, 1]
    campaign(place, "--send", "--campaign", "second")
    assert len(place.letters(KIM)) == 2


def test_who_is_left_out_is_named_with_the_line_and_why(place: Place) -> None:
    unsubscribed(place, "add", "Tom+x@Lund.example")
    with place.services.db.write() as conn:
        automatic.suppress(conn, "gone@lund.example", place.services.now().replace(year=2099), "")
    rows = LIST + (
        "KIM+shop@customer.example;Kim;x\nben@desk.example;Ben;x\nsupport@desk.example;We;x\n"
        "tom@lund.example;Tom;x\ngone@lund.example;G;x\nnobody;N;x\nshort@lund.example\n"
        "lacks@lund.example;;x\n"
    )
    done = campaign(place, "--send", rows=rows)
    told = [line.partition("list.csv:")[2] for line in done.stderr.splitlines() if ".csv:" in line]
    assert told == [
        "4: KIM+shop@customer.example: stands on line 2 already",
        "5: ben@desk.example: an address of the desk or of an agent",
        "6: support@desk.example: an address of the desk or of an agent",
        "7: tom@lund.example: has unsubscribed",
        "8: gone@lund.example: mail to this address came back",
        "9: no address: nobody",
        "10: 1 cells, and the first line has 3",
        "11: lacks@lund.example: has no name",
    ]
    assert len(place.rows("outbox")) == 2


def test_an_answer_is_an_ordinary_answer(place: Place) -> None:
    campaign(place, "--send")
    place.answer(KIM, "Yes, please.")
    kim = place.row("tickets", 1)
    assert kim.status in ("in_progress", "open")
    assert "Yes, please." in words(place.letters("ben@desk.example")[-1])
    assert len(place.rows("tickets")) == 2


def test_a_mail_that_comes_back_is_in_the_history_and_the_next_campaign_leaves_it_out(
    place: Place,
) -> None:
    campaign(place, "--send")
    (row,) = place.rows("outbox", recipient=KIM)
    place.now = datetime.now(UTC)  # the command line has no other clock
    place.deliver()
    place.receive(report(row.message_id, KIM), "", row.mail_from)
    assert [line.what for line in place.rows("history", ticket_id=1)][-1] == "bounced"
    assert place.letters("ben@desk.example") == []
    told = campaign(place, "--campaign", "next").stderr
    assert "kim@customer.example: mail to this address came back" in told


@pytest.mark.parametrize("text", ["unsubscribe", "Abmelden!", "", "Se désabonner"])
def test_who_says_so_hears_no_more(place: Place, text: str) -> None:
    campaign(place, "--send")
    last = place.letters(KIM)[-1]
    to = str(last["List-Unsubscribe"]).partition("mailto:")[2].partition("?")[0]
    subject = "unsubscribe" if not text else "Re: Your licence"
    place.receive(mail(text, To=to, Subject=subject), KIM, to)
    assert place.row("tickets", 1).status == "closed"
    assert place.letters("ben@desk.example") == []
    assert len(place.letters(KIM)) == 1
    listed = unsubscribed(place, "list")
    assert KIM in listed
    assert "renewal" in listed
    assert "has unsubscribed" in campaign(place, "--campaign", "next").stderr
    unsubscribed(place, "remove", KIM)
    assert "2 would be written to" in campaign(place, "--campaign", "next").stdout
    unsubscribed(place, "remove", KIM, code=1)


def test_the_word_in_another_ticket_is_a_word(place: Place) -> None:
    place.receive(mail("unsubscribe"))
    assert place.row("tickets", 1).status == "open"
    assert unsubscribed(place, "list").strip() == "Nobody has unsubscribed."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello", "two lines of --- with a subject between them"),
        ("---\nlanguage: de\n---\nHello", "subject"),
        ("---\nsubject: x\nlanguage: it\n---\nHello", "one of the desk's languages"),
        ("---\nsubject: x\naddress: a@b.example\n---\nHello", "a desk address"),
        ("---\nsubject: x\n---\nHello {{ nmae }}", "did you mean name?"),
        ("---\nsubject: '{{ nmae }}'\n---\nHello", "did you mean name?"),
        ("---\nsubject: x\n---\n{{ name.__class__ }}", "outreach/renewal.md:4"),
        ("---\nsubject: x\n---\n \n", "outreach/renewal.md:5:1: expected the words of the mail"),
    ],
)
def test_a_mistake_in_the_words_is_told_and_nothing_goes_out(
    place: Place, text: str, said: str
) -> None:
    (place.folder / "outreach" / "renewal.md").write_text(text, encoding="utf-8")
    assert said in campaign(place, "--send", code=2).stderr
    assert place.rows("tickets") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (TEMPLATE, ""),
        ("---\nsubject: x\n---\n{% for n in range(2) %}{{ nmae }}{% endfor %}", ""),
        ("---\nsubject: x\nlanguage: it\n---\nHello", "outreach/renewal.md:3:11: expected one of"),
        ("---\nsubject: x\n---\nHello {{ name", "outreach/renewal.md:4:1: expected words that"),
        ("---\nsubject: x\n---\n{{ name|uper }}", "did you mean upper?"),
        (
            "---\nsubject: '{{ name | date }}'\n---\nHello",
            "outreach/renewal.md:2:1: expected words",
        ),
        ("Hello", "outreach/renewal.md:1:1: expected two lines of ---"),
    ],
)
def test_check_reads_the_words_before_there_is_a_list(place: Place, text: str, said: str) -> None:
    (place.folder / "outreach" / "renewal.md").write_text(text, encoding="utf-8")
    found = list(map(str, check(place.folder)))
    assert len(found) == bool(said)
    assert said in "".join(found)


def test_a_template_that_there_is_not_is_answered_with_what_there_is(place: Place) -> None:
    (place.folder / "outreach" / "renewal.md").rename(place.folder / "outreach" / "renwal.md")
    assert "did you mean renwal?" in campaign(place, code=2).stderr
    assert "a column of addresses" in campaign(place, rows="name\nKim\n", code=2).stderr

"""Attacks on agents' commands, at the port of the running desk: each has a named outcome.

Others stand beside what they attack: a forged From, a token from another address or of a removed
agent, a customer's mail forwarded to a stranger (`test_identity`), a customer who writes #close
(`test_commands`, `test_verbs_story`), a merge that would show one customer another's words
(`test_merge_story`).
"""

from __future__ import annotations

from email.message import EmailMessage
from typing import Any

import pytest

from tests.stories.running_desk import (
    Inbox,
    RunningDesk,
    address_in,
    answer,
    as_mail,
    text_of,
    wait_until,
    write,
)

DESK, BEN = "support@desk.example", "ben@desk.example"


def opened(desk: RunningDesk, inbox: Inbox, customer: str) -> EmailMessage:
    """A new ticket of this customer; Ben's notification."""
    desk.send(write(customer, DESK, f"Matter of {customer}", "Hello."), customer, DESK)
    inbox.take(customer)
    return inbox.take(BEN, subject=customer)


def shown(desk: RunningDesk, notice: EmailMessage) -> Any:
    return desk.ask("ticket", "show", str(notice["X-Maildesk-Ticket"]))


def held(desk: RunningDesk, notice: EmailMessage) -> list[str]:
    """Why something about this ticket is held."""
    ours = str(notice["X-Maildesk-Ticket"])
    return [row["reason"] for row in desk.quarantine() if row["ticket"] == ours]


def reasons(desk: RunningDesk, subject: str) -> list[str]:
    """Why mails with this subject are held."""
    return [row["reason"] for row in desk.quarantine() if row["subject"] == subject]


def settled(desk: RunningDesk, inbox: Inbox, name: str) -> None:
    """A later mail has gone through: what came before it has been looked at, too."""
    desk.send(write(f"{name}@later.example", DESK, name, "Hello."), f"{name}@later.example", DESK)
    inbox.take(f"{name}@later.example")
    wait_until(
        lambda: not [row for row in desk.outbox() if row["state"] in ("due", "claimed")], "all sent"
    )


def test_an_agents_mail_that_is_replayed_acts_once(desk: RunningDesk, inbox: Inbox) -> None:
    notice = opened(desk, inbox, "kim@replayed.example")
    to = address_in(notice["Reply-To"])
    raw = answer(notice, BEN, "#spent 15m\nIt is on its way.").as_bytes()
    for sender in (BEN, BEN, "mallory@evil.example"):
        desk.send(raw, sender, to)
    assert "It is on its way." in text_of(inbox.take("kim@replayed.example"))
    desk.send(raw, "mallory@evil.example", DESK)  # to another address, too
    settled(desk, inbox, "replayed")
    ticket = shown(desk, notice)
    assert [one["what"] for one in ticket["history"]].count("spent") == 1
    assert ticket["message_count"] == 2
    assert inbox.to("kim@replayed.example") == inbox.to("mallory@evil.example") == []


@pytest.mark.parametrize("place", [0, 1, 3, 6, 12, 16, 20, 27, -1])
def test_an_address_changed_in_one_character_proves_nothing_and_the_agent_is_asked(
    desk: RunningDesk, inbox: Inbox, place: int
) -> None:
    customer = f"kim@changed{place % 100}.example"
    notice = opened(desk, inbox, customer)
    base, _, token = address_in(notice["Reply-To"]).partition("@")[0].partition("+")
    at = place % len(token)
    other = {"-": "x", "a": "b"}.get(token[at], "a")
    changed = f"{base}+{token[:at]}{other}{token[at + 1 :]}@desk.example"
    mail = write(BEN, changed, f"Re: {notice['Subject']}", "#close\nGone.")
    desk.send(mail, "mallory@evil.example", changed)
    wait_until(lambda: held(desk, notice), "it is held")
    assert held(desk, notice) == ["unproven_agent"]
    ticket = shown(desk, notice)
    assert (ticket["status"], ticket["message_count"]) == ("open", 1)
    assert inbox.to(customer) == []


def test_an_address_for_another_ticket_acts_on_its_own_and_on_no_other(
    desk: RunningDesk, inbox: Inbox
) -> None:
    mine, other = (opened(desk, inbox, f"{who}@other.example") for who in ("kim", "lee"))
    mail = answer(other, BEN, "#close", quote=False)
    mail.replace_header("To", address_in(mine["Reply-To"]))
    desk.send(mail, BEN, address_in(mine["Reply-To"]))
    wait_until(
        lambda: shown(desk, mine)["status"] == "closed", "the ticket of the address is closed"
    )
    assert shown(desk, other)["status"] == "open"


def test_the_signature_of_another_tickets_address_is_none(desk: RunningDesk, inbox: Inbox) -> None:
    mine, other = (opened(desk, inbox, f"{who}@swapped.example") for who in ("kim", "lee"))
    head = address_in(other["Reply-To"]).rpartition("-")[0]
    mixed = f"{head}-{address_in(mine['Reply-To']).rpartition('-')[2]}"
    desk.send(write(BEN, mixed, "Mixed", "#close\nGone."), "mallory@evil.example", mixed)
    wait_until(lambda: reasons(desk, "Mixed"), "it is held")
    assert reasons(desk, "Mixed") == ["unproven_agent"]
    for one in (mine, other):
        ticket = shown(desk, one)
        assert (ticket["status"], ticket["message_count"]) == ("open", 1)


def test_line_breaks_in_every_field_write_no_other(desk: RunningDesk, inbox: Inbox) -> None:
    evil = "=?utf-8?q?a=0D=0ABcc=3A_mallory=40evil.example=0D=0AX-Injected=3A_1=0D=0A=0D=0Ab?="
    fields = {
        "From": f"{evil} <kim@lines.example>",
        "To": f"{evil} <{DESK}>",
        "Cc": f'{evil} <lee@lines.example>, "x\\\r\n y" <eva@lines.example>',
        "Subject": f"Lines {evil}",
        "Reply-To": f"{evil} <kim@lines.example>",
        "Sender": f"{evil} <kim@lines.example>",
        "Message-ID": "<lines=0D=0ABcc:mallory@evil.example@lines.example>",
        "In-Reply-To": f"{evil} <no\rX-Injected: 1@lines.example>",
        "References": f"<a@lines.example>\r\n {evil}",
        "Date": f"Fri, 20 Nov 2026 10:00:00 +0100 ({evil})",
        "List-Id": f"{evil} <list.lines.example>",
        "Content-Language": "en\rX-Injected: 1",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/mixed; boundary="b"',
    }
    part = (
        "--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nIt jams.\r\n"
        "--b\r\nContent-Type: application/pdf; name*=utf-8''a%0D%0AX-Injected%3A%201.pdf\r\n"
        f'Content-Disposition: attachment; filename="{evil}.pdf"\r\n'
        "Content-ID: <a\rX-Injected: 1>\r\n\r\nPDF\r\n--b--\r\n"
    )
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    desk.send(f"{head}\r\n{part}".encode(), "kim@lines.example", DESK)
    notice = inbox.take(BEN, subject="Lines")
    said = f"#subject {evil}\n#cc {evil} <max@lines.example>\n#set licence_key={evil}\nHello {evil}"
    desk.send(answer(notice, BEN, said, quote=False), BEN, address_in(notice["Reply-To"]))
    wait_until(lambda: shown(desk, notice)["message_count"] > 1 or held(desk, notice), "read")
    settled(desk, inbox, "lines")
    for relayed in desk.relay.messages:
        assert "mallory@evil.example" not in relayed.rcpt_to
        for one in as_mail(relayed).walk():
            assert set(map(str.lower, one)).isdisjoint({"x-injected", "bcc"}), relayed


COMMAND = "#close"
SENT, ASKED = "sent without it", "asked about"
HIDDEN = {
    "a comment": (f"<p>Hello.</p><!-- <p>{COMMAND}</p> -->", SENT),
    "no display": (f'<div style="display:none">{COMMAND}</div><p>Hello.</p>', SENT),
    "hidden": (f"<div hidden>{COMMAND}</div><p>Hello.</p>", ASKED),
    "white": (f'<div style="color:#ffffff">{COMMAND}</div><p>Hello.</p>', ASKED),
    "on white": (f'<div style="background:#fff;color:white">{COMMAND}</div><p>Hello.</p>', ASKED),
    "no size": (f'<div style="font-size:0">{COMMAND}</div><p>Hello.</p>', ASKED),
    "transparent": (f'<div style="opacity:0">{COMMAND}</div><p>Hello.</p>', ASKED),
    "far away": (f'<p style="position:absolute;left:-9999px">{COMMAND}</p><p>Hello.</p>', ASKED),
    "no height": (f'<p style="max-height:0;overflow:hidden">{COMMAND}</p><p>Hello.</p>', ASKED),
    "a style": (f"<style>{COMMAND} {{}}</style><p>Hello.</p>", SENT),
    "a title": (f"<title>{COMMAND}</title><p>Hello.</p>", SENT),
    "a quote": (f"<p>Hello.</p><blockquote type='cite'>{COMMAND}</blockquote>", SENT),
    "a quote above": (f"<blockquote type='cite'>{COMMAND}</blockquote><p>Hello.</p>", SENT),
}


@pytest.mark.parametrize("how", HIDDEN)
def test_what_the_agent_did_not_see_or_write_commands_nothing(
    desk: RunningDesk, inbox: Inbox, how: str
) -> None:
    customer, (page, outcome) = f"kim@{how.replace(' ', '-')}.example", HIDDEN[how]
    notice = opened(desk, inbox, customer)
    mail = answer(notice, BEN, "", quote=False)
    mail.set_content(f"<html><body>{page}</body></html>", subtype="html")
    desk.send(mail, BEN, address_in(notice["Reply-To"]))
    if outcome is SENT:
        letter = inbox.take(customer)
        assert "Hello." in text_of(letter)
        assert COMMAND not in str(letter)
    else:
        wait_until(lambda: held(desk, notice), "it is held")
        assert COMMAND in text_of(inbox.take(BEN, subject="Held"))
    assert shown(desk, notice)["status"] == ("in_progress" if outcome is SENT else "open")


QUOTED = {
    "below": "Hello.\n\nOn Fri, 20 Nov 2026 at 10:00, Kim wrote:\n> #close\n> #spam\n",
    "above": "> #close\n\nHello.\n",
    "original": "Hello.\n\n-----Original Message-----\nFrom: kim@x.example\nSubject: x\n\n#close\n",
    "forwarded": "Hello.\n\n---------- Forwarded message ---------\nFrom: k@x.example\n\n#close\n",
    "signature": "Hello.\n\n-- \n#close\n",
}


@pytest.mark.parametrize("how", QUOTED)
def test_a_command_that_is_quoted_does_nothing(desk: RunningDesk, inbox: Inbox, how: str) -> None:
    customer = f"kim@quoted-{how}.example"
    notice = opened(desk, inbox, customer)
    mail = answer(notice, BEN, QUOTED[how], quote=False)
    desk.send(mail, BEN, address_in(notice["Reply-To"]))
    letter = inbox.take(customer)
    assert "Hello." in text_of(letter)
    assert COMMAND not in str(letter)
    assert shown(desk, notice)["status"] == "in_progress"


def test_a_mass_mail_needs_a_believed_agent_who_says_how_many(
    desk: RunningDesk, inbox: Inbox
) -> None:
    notices = [opened(desk, inbox, f"{who}@mass.example") for who in ("kim", "lee", "eva")]
    many = "#for view:open\nBuy our pills, all of you."
    # a customer: it is what they say, in a ticket of their own
    desk.send(write("tom@mass.example", DESK, "To all", many), "tom@mass.example", DESK)
    assert "Buy our pills" in text_of(inbox.take(BEN, subject="To all"))
    # in an agent's name: held, and the agent is asked
    desk.send(write(BEN, DESK, "To all of them", many), "mallory@evil.example", DESK)
    wait_until(lambda: reasons(desk, "To all of them"), "it is held")
    assert reasons(desk, "To all of them") == ["unproven_agent"]
    # in an answer about one ticket: held
    desk.send(answer(notices[0], BEN, many), BEN, address_in(notices[0]["Reply-To"]))
    wait_until(lambda: held(desk, notices[0]), "it is held")
    assert held(desk, notices[0]) == ["unknown_command"]
    # the agent, without a number or with another one: asked back
    desk.edit("desk.yaml", "\ntrust:\n", "\ntrust:\n  authserv_id: mx.desk.example\n")
    for number, words in enumerate((many, many.replace("#for", "#for 2"))):
        mail = write(BEN, DESK, f"Mass {number}", words)
        mail["Authentication-Results"] = "mx.desk.example; dmarc=pass header.from=desk.example"
        desk.send(mail, BEN, DESK)
        asked = text_of(inbox.take(BEN, subject=f"Mass {number}"))
        assert "Nothing has been done yet." in asked
    desk.edit("desk.yaml", "\ntrust:\n  authserv_id: mx.desk.example\n", "\ntrust:\n")
    for notice, who in zip(notices, ("kim", "lee", "eva"), strict=True):
        assert shown(desk, notice)["message_count"] == 1
        assert inbox.to(f"{who}@mass.example") == []

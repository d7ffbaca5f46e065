"""One page to open in a browser: mail as it was laid out, safe to look at.

It needs no other file. Nothing on it runs, and nothing is fetched from elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from markupsafe import Markup

from maildesk.config.templates.filters import paragraphs
from maildesk.desk.ticket import Ticket
from maildesk.errors import BadMessage, PermanentFailure
from maildesk.mail.html.reply import NOT_SHOWN, Shown, shown, whole
from maildesk.mail.html.sanitize import embedded
from maildesk.mail.message import Mailbox, Message
from maildesk.mail.mime import attachments
from maildesk.mail.parse import parse
from maildesk.views.plain import minute_and_zone
from maildesk.views.repeats import counted_places, folded
from maildesk.views.tickets import message as as_told

if TYPE_CHECKING:
    from maildesk.store.records import HistoryEntry, StoredMessage

_POLICY = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)
_STYLE = Markup("""
body { margin: 0; padding: 24px 12px; background: #f3f4f6; color: #1f2429;
  font: 16px/25px -apple-system, BlinkMacSystemFont, 'Segoe UI', Roboto, Helvetica, Arial,
  sans-serif; }
main { max-width: 820px; margin: 0 auto; }
h1 { margin: 0 0 4px; font-size: 22px; line-height: 29px; overflow-wrap: anywhere; }
.facts { margin: 0 0 24px; color: #69737e; font-size: 14px; line-height: 22px;
  overflow-wrap: anywhere; }
article { margin: 0 0 16px; padding: 14px 20px 16px; background: #fff; border: 1px solid #e2e5e9;
  border-left: 4px solid #2f5d8a;
  border-radius: 8px; }
article.out { border-left-color: #1d7a4b; }
article.note { border-left-color: #d99a00; background: #fffaf0; }
header { margin: 0 0 10px; color: #69737e; font-size: 14px; line-height: 20px;
  overflow-wrap: anywhere; }
header b { color: #14181c; font-size: 15px; }
.text { overflow-wrap: anywhere; }
.text p:last-child { margin-bottom: 0 !important; }
.frame { position: relative; overflow: auto; contain: paint; padding: 12px 14px; background: #fff;
  color: #1f2429;
  color-scheme: light; border: 1px solid #d3d9df; border-radius: 7px; overflow-wrap: break-word;
  font: 15px/22px Calibri, Carlito, 'Segoe UI', Helvetica, Arial, sans-serif; }
.frame img { max-width: 100% !important; height: auto !important; }
.frame table { max-width: 100% !important; }
details { margin: 12px 0 0; }
summary { color: #69737e; font-size: 14px; cursor: pointer; }
details > div { margin-top: 8px; }
.held, .files { margin: 10px 0 0; color: #69737e; font-size: 14px; line-height: 21px;
  overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) {
  body { background: #14171a; color: #e4e7ea; }
  article { background: #1f2429; border-color: #333a42; border-left-color: #6f9fd0; }
  article.out { border-left-color: #6fce9c; }
  article.note { background: #2b2718; border-left-color: #f0b93a; }
  header b, h1 { color: #f3f5f7; }
  header, .facts, summary, .held, .files { color: #9da7b1; }
}
@media print { body { background: #fff; padding: 0; } }
""")
_PAGE = Markup("""<!doctype html>
<html>
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
<p class="facts">{facts}</p>
{letters}
</main>
</body>
</html>
""")
_LETTER = Markup(
    '<article class="{kind}">\n<header><b>{name}</b>{beside}</header>\n'
    "{body}{held}{more}{files}</article>\n"
)


@dataclass(frozen=True, slots=True)
class Letter:
    """One message on the page. `kind`: in, out, note. `more` stands below it,
    folded: what was cut, or its other dress."""

    name: str
    beside: str
    text: str
    kind: str = "in"
    page: Shown = NOT_SHOWN
    more_name: str = ""
    more: Shown = NOT_SHOWN
    more_text: str = ""
    files: tuple[tuple[str, int], ...] = ()


def ticket_page(
    ticket: Ticket,
    messages: Iterable[StoredMessage],
    history: Iterable[HistoryEntry],
    raw_of: Callable[[bytes], bytes],
    zone: ZoneInfo,
) -> str:
    """The whole conversation of a ticket, with the time of this zone; `raw_of` a digest is the
    message as it came."""
    requester, assignee = ticket.requester, ticket.assignee or "nobody"
    facts = (
        f"{ticket.status} · {ticket.priority} · queue {ticket.queue} · assignee {assignee}",
        f"from {requester.name} <{requester.address}>",
        f"opened {minute_and_zone(ticket.created_at, zone)}",
    )
    kept = list(messages)
    shown = folded(map(as_told, kept), counted_places(kept, history))
    letters = (_stored(kept[one.place], raw_of, zone, one.told(zone)) for one in shown)
    return drawn(f"{ticket.reference}  {ticket.subject}", facts, letters)


def message_page(message: Message, raw: bytes) -> str:
    """One message, as its sender laid it out."""
    sender = message.sender
    letter = Letter(
        name=(sender.name or sender.address) if sender else "(nobody)",
        beside=" · ".join(filter(None, (sender.address if sender else "", message.header("date")))),
        text=message.text,
        page=whole_page(message, raw),
        more_name="Its text" if message.html else "",
        more_text=message.text,
        files=tuple((file.filename, file.size) for file in message.attachments),
    )
    people = ("To", message.to), ("Cc", message.cc), ("Reply to", message.reply_to)
    facts = [f"{name}: {', '.join(map(_written, found))}" for name, found in people if found]
    return drawn(message.subject or "(no subject)", facts, [letter])


def _written(person: Mailbox) -> str:
    return f"{person.name} <{person.address}>" if person.name else person.address


def _stored(
    one: StoredMessage, raw_of: Callable[[bytes], bytes], zone: ZoneInfo, times: str
) -> Letter:
    """A kept message: a customer's as it was laid out, ours as text; `times`: how often it came."""
    words = one.reply or one.text
    sort = {"note": "note", "stranger": "not let in", "withdrawn": "stopped"}.get(one.kind)
    address = one.from_address if one.from_name else ""
    at = minute_and_zone(one.at, zone)
    beside = (address, at, sort or ("automatic" if one.automatic else ""), times)
    letter = Letter(
        name=one.from_name or one.from_address,
        beside=" · ".join(filter(None, beside)),
        text=words,
        kind="note" if one.kind == "note" else one.direction,
        more_name="The whole message" if one.text.strip() != words.strip() else "",
        more_text=one.text,
        files=tuple((file["filename"], file["size"]) for file in one.attachments),
    )
    return _laid_out(one, raw_of, letter) if one.digest and not one.agent else letter


def _laid_out(one: StoredMessage, raw_of: Callable[[bytes], bytes], letter: Letter) -> Letter:
    """The same with the page its sender made,
    where the raw message is there and is what was kept of it."""
    assert one.digest is not None
    try:
        raw = raw_of(one.digest)
        message = parse(raw)
    except (PermanentFailure, BadMessage):
        return letter
    if not message.html or message.text.replace("\x00", "\ufffd") != one.text:
        return letter
    page, all_of_it = new_page(message, raw), whole_page(message, raw)
    same = page.html.strip() == all_of_it.html.strip()
    return replace(letter, page=page, more_name="" if same else "The whole message", more=all_of_it)


def drawn(title: str, facts: Iterable[str], letters: Iterable[Letter]) -> str:
    """The whole page."""
    lines = Markup("<br>\n").join(fact for fact in facts if fact)
    found = Markup("").join(_letter(letter) for letter in letters)
    return str(_PAGE.format(policy=_POLICY, title=title, style=_STYLE, facts=lines, letters=found))


def whole_page(message: Message, raw: bytes) -> Shown:
    """All of the message's page, its own pictures written into it."""
    return _with_pictures(whole(message, _names(message)), message, raw)


def new_page(message: Message, raw: bytes) -> Shown:
    """The page of its new words only; not shown where that cannot be had."""
    return _with_pictures(shown(message, _names(message)), message, raw)


def _names(message: Message) -> Mapping[str, str]:
    return {file.content_id: f"cid:{file.index}" for file in message.attachments if file.content_id}


def _with_pictures(page: Shown, message: Message, raw: bytes) -> Shown:
    wanted = {file.index for file in message.attachments if f'"cid:{file.index}"' in page.html}
    found = attachments.contents_of(raw, wanted) if wanted else ()
    pictures = {str(file.index): (file.content_type, octets) for file, octets in found}
    return Shown(embedded(page.html, pictures), page.held)


def _letter(letter: Letter) -> Markup:
    return _LETTER.format(
        kind=letter.kind,
        name=letter.name,
        beside=Markup("<br>{}").format(letter.beside) if letter.beside else "",
        body=_body(letter.page, letter.text),
        held=_held(letter.page),
        more=_more(letter) if letter.more_name else "",
        files=_files(letter.files),
    )


def _body(page: Shown, text: str) -> Markup:
    if page.html.strip():
        return Markup('<div class="frame">{}</div>\n').format(page.html)
    return Markup('<div class="text">{}</div>\n').format(paragraphs(text))


def _more(letter: Letter) -> Markup:
    folded = Markup("<details><summary>{}</summary>\n<div>{}</div>\n{}</details>\n")
    return folded.format(letter.more_name, _body(letter.more, letter.more_text), _held(letter.more))


def _held(page: Shown) -> Markup:
    if not page.held:
        return Markup("")
    words = (
        "1 picture from elsewhere was"
        if page.held == 1
        else f"{page.held} pictures from elsewhere were"
    )
    return Markup('<p class="held">{} held back.</p>\n').format(words)


def _files(files: Iterable[tuple[str, int]]) -> Markup:
    names = ", ".join(f"{name} ({_size(size)})" for name, size in files)
    return Markup('<p class="files">Files: {}</p>\n').format(names) if names else Markup("")


def _size(octets: int) -> str:
    return (
        f"{octets / 1_048_576:.1f} MB"
        if octets >= 1_048_576
        else f"{max(1, round(octets / 1024))} KB"
    )

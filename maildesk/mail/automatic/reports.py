"""Delivery reports as prose: who was not reached and why, read from the words of a
hundred mail servers.

No rule here is about one server. A notice names addresses at the start of
lines or after a few words, quotes a reply with a status, or says in its own
words what is the matter (bounce_phrases), and then gives the message back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from itertools import islice, takewhile

from maildesk.mail.automatic import bounce_pairs, bounce_phrases, dsn, notice_phrases
from maildesk.mail.message import Report

NOTICE_LIMIT = 30_000  # characters of a notice that are read
LINE_LIMIT = 2_000
# characters of a diagnostic in which its reason is looked for: a report may have a thousand of them
DIAGNOSED = 250
PAIR_LIMIT = 1_500  # characters searched for two words that belong together
ARRIVED = ("delivered", "relayed", "expanded")
ANSWER_LINES = 4  # of a far server's answer, after its first
EXPIRED = "4.7"  # as long as the server goes on trying, something else is the matter

_WORD = r"[^\s<>;:,\"'()\[\]{}|：；，。、（）「」]"
_ADDRESS = rf"{_WORD}+@[A-Za-z0-9]{_WORD}*[A-Za-z0-9]"
_AT_START = re.compile(
    (
        rf"^[\s>*|-]{{0,40}}(?:[245]\d\d[ "
        rf"-])?[<\"'(\[]*(?:mailto:)?(?>({_ADDRESS}))[>\"')\]]*(?:$|[:;,(<\[-]|\.\.\.|\s|[^\x00-\x7f])"
    ),
    re.IGNORECASE,
)
_AFTER_WORD = re.compile(
    r"(?<![\w@.+-])(?:rcpt "
    r"to|to|recipients?|recipient\(s\)|user|userid|address(?:es)?|mailbox|account|errors|an|à|für|pour)"
    rf"(?:\s*:\s*|\s+|(?=[<\"'(\[]))[<\"'(\[]*({_ADDRESS})",
    re.IGNORECASE,
)
_ALIAS = re.compile(
    rf"\((?:expanded|generated|forwarded) from:?\s*[<\"']*({_ADDRESS})", re.IGNORECASE
)
# "(expanded from" and the address on the next line
_BROKEN_ALIAS = re.compile(r"(?<= from)[ \t]*\n[ \t]+(?=[<\"'])")
# an Internet address within one of X.400
_X400 = re.compile(rf"\bSMTP[=:]({_ADDRESS})", re.IGNORECASE)
_ANY = re.compile(rf"({_ADDRESS})")
_NOT_ABOUT = re.compile(
    r"sender address|sender:|contact|for further|assistance|please "
    r"send|mailto:|https?://|reply-to|mail from|envelope-from|from:"
    r"|reporting|^received|message-id|question|help",
    re.IGNORECASE,
)
_REPLY_STATUS = re.compile(
    r"\b([45])\d\d[ \-]{1,3}[#'\"(]{0,2}([45]\.\d{1,2}\.\d{1,3})(?![\d]|\.\d)"
)
_REPLY = re.compile(r"(?<![\d.:/-])([45])[0-7]\d(?![\d.:])(?=[\s\-\])]|$)")
_HEADER_LINE = re.compile(
    r"^(?:received|return-path|message-id|mime-version|x-[a-z-]+|dkim-signature|delivered-to)\s*:",
    re.IGNORECASE,
)
# an address or a host, as quoted; bounded, for these are searched at every word
_NAMED = re.compile(
    r"[<(\[\"']?\s?(?<![\w.+=-])(?:[\w.+=-]{1,64}@[\w.-]{1,100}|[\w-]{1,63}(?:\.[\w-]{1,63}){1,9})\s?[>)\]\"']?"
)
_JSON = re.compile(r'"emailAddress"\s*:\s*"([^"]+)"([^}]*)')
_JSON_KIND = re.compile(r'"(?:notificationType|eventType)"\s*:\s*"(Bounce|Complaint|Delivery)"')
_JSON_FIELD = re.compile(r'"(action|status|diagnosticCode)"\s*:\s*"([^"]*)"')


def _pair(apart: int, things: Iterable[str], states: Iterable[str]) -> re.Pattern[str]:
    """A thing and a state, a few words apart in one sentence, in either order."""
    thing, state = (
        "(?:"
        + "|".join(
            re.escape(word).replace(r"\*", r"\w*") for word in sorted(words, key=len, reverse=True)
        )
        + r")(?!\w)"
        for words in (things, states)
    )
    between = rf"(?:[^\w.;:()]+[\w'-]+){{0,{apart}}}?[^\w.;:()]+"
    return re.compile(rf"(?<!\w)(?:{thing}{between}(?:{state})|{state}{between}(?:{thing}))")


_PAIRS = tuple(
    (detail, _pair(apart, things, states)) for detail, apart, things, states in bounce_pairs.PAIRS
)


def notice_of(text: str) -> tuple[str, str]:
    """The text cut in two: what the server says, and the message it gives back."""
    text = text[: NOTICE_LIMIT * 2]
    at = 0
    for line in text.split("\n"):
        stripped = line.strip()
        if at and (_returns(stripped) or _HEADER_LINE.match(line)) and len(stripped) < LINE_LIMIT:
            return text[:at][:NOTICE_LIMIT], text[at:]
        at += len(line) + 1
    return text[:NOTICE_LIMIT], ""


def _returns(line: str) -> bool:
    if not 8 < len(line) < 100:
        return False
    low = line.lower()
    if any(phrase in low for phrase in notice_phrases.KEPT):
        return False
    framed = (
        line[0] in "-=*|_" or line[-1] in "-=*|_:" or "follow" in low or "below this line" in low
    )
    return (
        framed
        and "was received at" not in low
        and any(phrase in low for phrase in notice_phrases.RETURNED)
    )


def read(
    text: str, *, subject: str, failed: str, returned_to: Iterable[str], own: Iterable[str]
) -> list[Report]:
    """One Report for each recipient that a notice in prose names.

    `failed` is the value of X-Failed-Recipients, `returned_to` whom the returned
    message was for, `own` the addresses the notice itself went to: those were the
    sender's and are taken last.
    """
    if json_kind(text):
        return _from_json(text)
    notice, returned = notice_of(text)
    if "inal-recipient:" in text.lower():
        found = [
            report for report in dsn.recipients_of(text[:NOTICE_LIMIT]) if report.final_recipient
        ]
        if found:
            return [sharpened(report, notice) for report in found]
    low = " ".join(notice.lower().split())
    action = action_of(low, subject.lower())
    recipients = _recipients(
        notice, returned, failed, tuple(returned_to), {address.lower() for address in own}
    )
    return [_one(recipient, action, notice, len(recipients) == 1) for recipient in recipients]


def _one(recipient: str, action: str, notice: str, alone: bool) -> Report:
    about = notice if alone else _about(recipient, notice)
    status = status_of(about, action)
    if action == "failed" and status.startswith("2"):
        status = "5" + status[1:]
    return Report(recipient, action, status, _diagnostic(about), original_recipient=_alias(about))


def json_kind(text: str) -> str:
    """Which event a sending service's JSON tells of: bounce, complaint or delivery; empty where
    there is no such JSON."""
    head = text.lstrip()[:1000]
    found = _JSON_KIND.search(head.replace('\\"', '"')) if head.startswith("{") else None
    return found[1].lower() if found else ""


def _from_json(text: str) -> list[Report]:
    """Notifications of a sending service that posts JSON, wrapped to lines on its way."""
    text = text[:NOTICE_LIMIT].replace("!\n ", "").replace("\n", "").replace('\\"', '"')
    found = []
    for address, rest in _JSON.findall(text):
        fields = dict(_JSON_FIELD.findall(rest))
        action = dsn.ACTIONS.get(fields.get("action", "").lower(), "failed")
        status = dsn.status_in(fields.get("status", "")) or dsn.status_in(
            fields.get("diagnosticCode", "")
        )
        found.append(Report(address, action, status, fields.get("diagnosticCode", "")))
    if not found:
        names = re.search(r'"recipients"\s*:\s*\[([^\]]*)\]', text)
        answer = re.search(r'"smtpResponse"\s*:\s*"([^"]*)"', text)
        said = answer[1] if answer else ""
        found = [
            Report(address, "delivered", dsn.status_in(said), said)
            for address in _ANY.findall(names[1] if names else "")
        ]
    return found


def action_of(low: str, subject: str) -> str:
    """Failed, delayed, delivered, relayed or expanded, from the folded lower-case
    text of a notice."""
    arrived = any(phrase in low for phrase in bounce_phrases.DELIVERED)
    if arrived and not any(
        phrase in low for phrase in (*bounce_phrases.FINALLY, *bounce_phrases.FAILED)
    ):
        if any(phrase in low for phrase in bounce_phrases.RELAYED):
            return "relayed"
        return (
            "expanded" if any(phrase in low for phrase in bounce_phrases.EXPANDED) else "delivered"
        )
    finally_ = any(phrase in low for phrase in bounce_phrases.FINALLY)
    late = any(phrase in low for phrase in bounce_phrases.DELAYED)
    if (late or any(word in subject for word in bounce_phrases.DELAYED_SUBJECTS)) and not finally_:
        return "delayed"
    return "failed"


def status_of(text: str, action: str) -> str:
    """An RFC 3463 status: beside a reply code, anywhere, or what the words mean."""
    if action in ARRIVED:
        return next((status for status in dsn.statuses_in(text) if status[0] == "2"), "2.0.0")
    beside = [found[2] for found in _REPLY_STATUS.finditer(text)]
    for status in [*beside, *dsn.statuses_in(text)]:
        if not status.endswith(".0.0") and not status.startswith("2"):
            return _plain(status)
    reply = _REPLY.search(text)
    group = "4" if action == "delayed" else reply[1] if reply else "5"
    still_trying = action == "delayed"
    detail = (
        detail_of(_answer(text), still_trying=still_trying)
        or detail_of(text, still_trying=still_trying)
        or _by_reply(reply)
    )
    return f"{group}.{detail}" if detail else f"{group}.0.0"


@lru_cache(maxsize=64)  # the recipients of one report share its notice, and often their diagnostic
def detail_of(text: str, *, still_trying: bool = False) -> str:
    """Subject and detail of the first reason in the table that the text gives; empty
    when it gives none."""
    low = " ".join(text.lower().split())
    for detail, phrases in bounce_phrases.REASONS:
        pair = _by_pair(low, still_trying) if detail == bounce_phrases.PAIRS_BEFORE else ""
        if pair:
            return pair
        if detail == EXPIRED and still_trying:
            continue
        if any(phrase in low for phrase in phrases):
            return detail
    return ""


def _by_pair(low: str, still_trying: bool) -> str:
    """The first row of pairs that the text has, its addresses left out: "user <bo@far.example>
    unknown" is "user unknown"."""
    bare = " ".join(_NAMED.sub(" ", low[:PAIR_LIMIT]).split())
    for detail, pattern in _PAIRS:
        if not (detail == EXPIRED and still_trying) and pattern.search(bare):
            return detail
    return ""


def sharpened(report: Report, notice: str, *, alone: bool = False) -> Report:
    """The report with the most telling status known; `alone` where the whole notice is
    about this recipient.

    What the far server said beside its reply code beats our relay's summary of it; "expired"
    (4.4.7) yields to why it could not be delivered all the while; x.0.0 yields to anything.
    """
    if report.action in ARRIVED:
        return report if report.status else replace(report, status="2.0.0")
    about = notice if alone else _about(report.final_recipient, notice)
    report = replace(report, original_recipient=report.original_recipient or _alias(about))
    said = [_plain(found[2]) for found in _REPLY_STATUS.finditer(report.diagnostic)]
    known = [*said, report.status]
    if report.status.endswith((".4.7", ".0.0", ".5.0")) or not report.status:
        known += [
            *dsn.statuses_in(report.diagnostic),
            *(_plain(found[2]) for found in _REPLY_STATUS.finditer(about)),
        ]
    if report.status.endswith((".0.0", ".5.0")) or not report.status:
        known += dsn.statuses_in(about)
    telling = [
        status for status in known if status and not status.endswith(".0.0") and status[0] != "2"
    ]
    best = next(
        (status for status in telling if not status.endswith(".4.7")), telling[0] if telling else ""
    )
    if best:
        return replace(report, status=best)
    detail = (
        detail_of(report.diagnostic[:DIAGNOSED])
        or detail_of(about)
        or _by_reply(_REPLY.search(report.diagnostic + " "))
    )
    group = report.status[:1] or ("4" if report.action == "delayed" else "5")
    return replace(
        report, status=f"{group}.{detail}" if detail else report.status or f"{group}.0.0"
    )


def _alias(about: str) -> str:
    """The address that led to this recipient, where the notice tells of it."""
    found = _ALIAS.search(about)
    return found[1] if found else ""


def _plain(status: str) -> str:
    return ".".join(str(int(number)) for number in status.split("."))


def _about(recipient: str, notice: str) -> str:
    """The stretch of a notice from the line that names this recipient to the line
    that names another."""
    lines = notice.split("\n")
    wanted = recipient.lower()
    for number, line in enumerate(lines):
        if wanted and wanted in line.lower():
            after = number + 1
            while after < len(lines) and after - number < 12:
                other = _AT_START.match(lines[after][:LINE_LIMIT])
                if other and other[1].lower() != wanted:
                    break
                after += 1
            return "\n".join(lines[number:after])
    return notice


def _recipients(
    notice: str, returned: str, failed: str, returned_to: tuple[str, ...], own: set[str]
) -> list[str]:
    """Whom the notice is about: by its header, by the start of a line, after a word, by the message
    that came back."""
    if failed:
        return list(dict.fromkeys(_ANY.findall(failed[:LINE_LIMIT])))[: dsn.RECIPIENT_LIMIT]
    first: dict[str, None] = {}
    second: dict[str, None] = {}
    third: dict[str, None] = {}
    for line in _BROKEN_ALIAS.sub(" ", notice).split("\n"):
        line = line[:LINE_LIMIT]
        if "@" not in line:
            continue
        at_start = _AT_START.match(line) or _X400.search(line)
        if at_start:
            first[at_start[1]] = None
        elif not _NOT_ABOUT.search(line):
            second.update(dict.fromkeys(_AFTER_WORD.findall(line)))
            third.update(dict.fromkeys(_ANY.findall(line)))
    for found in (first, second, third):
        others = [address for address in found if address.lower() not in own]
        if others:
            return _distinct(others)
    back = [
        address for address in (*returned_to, *_returned_to(returned)) if address.lower() not in own
    ]
    return _distinct(back or first or second or returned_to)


def _returned_to(returned: str) -> list[str]:
    found = re.search(r"^To\s*:(.*)$", returned, re.IGNORECASE | re.MULTILINE)
    return _ANY.findall(found[1][:LINE_LIMIT]) if found else []


def _distinct(addresses: Iterable[str]) -> list[str]:
    clean = [dsn.address_in(address).strip(".'") for address in addresses]
    return list({address.lower(): address for address in clean}.values())[: dsn.RECIPIENT_LIMIT]


def _by_reply(reply: re.Match[str] | None) -> str:
    """What the three digits mean where no words say more."""
    return bounce_phrases.REPLIES.get(reply[0][:3], "") if reply else ""


def _answer(text: str) -> str:
    """What the far server said: from the first reply code to the end of its paragraph; the words
    around it are our relay's."""
    lines = iter(text.split("\n"))
    first = next((line for line in lines if _REPLY.search(line + " ")), "")
    return "\n".join([first, *takewhile(str.strip, islice(lines, ANSWER_LINES))]) if first else ""


def _diagnostic(text: str) -> str:
    """The line with the server's words: the first that bears a reply code or a status."""
    for line in text.split("\n"):
        if _REPLY.search(line + " ") or dsn.status_in(line):
            return " ".join(line.split())[:500]
    return ""

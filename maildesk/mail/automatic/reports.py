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

from maildesk.mail.automatic import bounce_pairs, bounce_phrases, dsn, notice_phrases, our_fault
from maildesk.mail.automatic.named_recipients import (
    ANY,
    LINE_LIMIT,
    about_recipient,
    alias_in,
    recipients_in,
)
from maildesk.mail.message import Report

NOTICE_LIMIT = 30_000  # characters of a notice that are read
# characters of a diagnostic in which its reason is looked for: a report may have a thousand of them
DIAGNOSED = 250
PAIR_LIMIT = 1_500  # characters searched for two words that belong together
ARRIVED = ("delivered", "relayed", "expanded")
ANSWER_LINES = 4  # of a far server's answer, after its first
EXPIRED = "4.7"  # as long as the server goes on trying, something else is the matter

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
    r"[<(\[\"']?\s?(?<![\w.+=-])(?:[\w.+=-]{1,64}@[\w.-]{1,100}|[\w-]{1,63}(?:\.[\w-]{1,63})"
    r"{1,9})\s?[>)\]\"']?"
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
    recipients = recipients_in(
        notice, returned, failed, tuple(returned_to), {address.lower() for address in own}
    )
    return [_one(recipient, action, notice, recipients) for recipient in recipients]


def _one(recipient: str, action: str, notice: str, all_of_them: list[str]) -> Report:
    alone = len(all_of_them) == 1
    about = notice if alone else about_recipient(recipient, notice, all_of_them)
    status = status_of(about, action, recipient)
    if action == "failed" and status.startswith("2"):
        status = "5" + status[1:]
    return Report(recipient, action, status, _diagnostic(about), original_recipient=alias_in(about))


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
            for address in ANY.findall(names[1] if names else "")
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


def status_of(text: str, action: str, recipient: str = "") -> str:
    """An RFC 3463 status: beside a reply code, anywhere, or what the words mean to this
    recipient."""
    if action in ARRIVED:
        return next((status for status in dsn.statuses_in(text) if status[0] == "2"), "2.0.0")
    beside = [found[2] for found in _REPLY_STATUS.finditer(text)]
    for status in [*beside, *dsn.statuses_in(text)]:
        if not status.endswith(".0.0") and not status.startswith("2"):
            return our_fault.corrected(_plain(status), _answer(text))
    reply = _REPLY.search(text)
    group = "4" if action == "delayed" else reply[1] if reply else "5"
    still_trying = action == "delayed"
    detail = (
        our_fault.detail_of(_answer(text) or text, recipient)
        or detail_of(_answer(text), still_trying=still_trying)
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
    about = notice if alone else about_recipient(report.final_recipient, notice)
    report = replace(report, original_recipient=report.original_recipient or alias_in(about))
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
        answer = report.diagnostic or _answer(about)
        return replace(report, status=our_fault.corrected(best, answer))
    detail = (
        our_fault.detail_of(report.diagnostic or _answer(about), report.final_recipient)
        or detail_of(report.diagnostic[:DIAGNOSED])
        or detail_of(about)
        or _by_reply(_REPLY.search(report.diagnostic + " "))
    )
    group = report.status[:1] or ("4" if report.action == "delayed" else "5")
    return replace(
        report, status=f"{group}.{detail}" if detail else report.status or f"{group}.0.0"
    )


def _plain(status: str) -> str:
    return ".".join(str(int(number)) for number in status.split("."))


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

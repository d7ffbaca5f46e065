"""Whose matter a relay's refusal is: the recipient's, this mail's, or ours (RFC 5321, 3463, 4954).

A refusal of us says the same to every mail: the log-in, the sender's address, our host, how much
we send. To fail each mail for it would be wrong, and so would be to send them all again and again.
Which it is, no digit tells: 550 5.7.1 is a spam filter's word, Exchange's for "may not send as",
and Postfix's for a sender that the log-in does not own. So, in this order:

1. The step. Before MAIL nothing has been said of any mail: a refusal there is ours.
2. Words that are never ours: greylisting, a recipient who gets too much.
3. A status that means one thing, from the registries and the providers' lists.
4. Words, of which many relays say the same ones.
5. The step again: MAIL names the sender, RCPT the recipient, what follows is about the mail.

Postfix says what it has against client and sender after RCPT (smtpd_delay_reject), Exchange after
the content, so a later step never proves that it is not about us.
"""

from __future__ import annotations

from typing import Literal, cast

from maildesk.mail.submission import refusal_words as words

Stage = Literal["connect", "log_in", "mail", "rcpt", "data", "content"]
Blame = Literal[
    "recipient", "message",  # theirs
    "log_in", "sender", "domain", "host", "tls", "account", "quota", "rate", "server",  # ours
]  # fmt: skip
ABOUT_US: frozenset[Blame] = frozenset(
    {"log_in", "sender", "domain", "host", "tls", "account", "quota", "rate", "server"}
)
ABOUT_THE_SENDER: frozenset[Blame] = frozenset({"sender", "domain"})  # others may well send
LONGEST = 2000  # letters of a reply that are read

_BY_CODE: dict[int, Blame] = {  # RFC 4954, 6; RFC 5248
    530: "log_in", 534: "log_in", 535: "log_in", 538: "tls",
}  # fmt: skip


def blame(code: int, enhanced: str, text: str, stage: Stage) -> Blame:
    """Whose matter this reply is, said at this step. `code` is 400 to 599, `enhanced` may be ""."""
    low = " ".join(text[:LONGEST].lower().split())
    if stage in ("connect", "log_in"):
        return _before_any_mail(code, enhanced, low, stage)
    if any(phrase in low for phrase in words.NEVER_US):
        return "recipient" if stage == "rcpt" else "message"
    if enhanced in words.SIZE_STATUSES or (stage == "mail" and code == 552):
        return "message"
    if found := _by_words(low, only=("tls",)) or _BY_CODE.get(code):
        return found
    if found := _by_status(enhanced):
        return found
    found = _by_words(low)
    if found and not (stage == "content" and found in words.NOT_AFTER_THE_CONTENT):
        return found
    return _by_stage(code, enhanced, stage)


def _before_any_mail(code: int, enhanced: str, low: str, stage: Stage) -> Blame:
    """The greeting, EHLO, STARTTLS, or the log-in was refused."""
    found = _by_words(low, only=("tls", "account", "quota", "rate", "host"))
    if stage == "log_in":
        if code // 100 == 4 and code != 432:
            return found or "server"  # 454 4.7.0: they cannot tell now (RFC 4954, 6)
        return "tls" if code == 538 or found == "tls" else "log_in"
    return found or _by_status(enhanced) or ("server" if code // 100 == 4 else "host")


def _by_status(enhanced: str) -> Blame | None:
    known = words.STATUSES.get(enhanced)
    if known is None:
        start, _, last = enhanced.rpartition(".")
        number = int(last) if last.isascii() and last.isdigit() else 0
        fitting = (
            kind
            for head, low, high, kind in words.RANGES
            if f"{start}." == head and low <= number <= high
        )
        known = next(fitting, None)
    return cast("Blame | None", known)


def _by_words(low: str, only: tuple[str, ...] = ()) -> Blame | None:
    found = (
        kind
        for kind, phrases in words.PHRASES
        if (not only or kind in only) and any(phrase in low for phrase in phrases)
    )
    return cast("Blame | None", next(found, None))


def _by_stage(code: int, enhanced: str, stage: Stage) -> Blame:
    """What a reply that says nothing else means."""
    if code == 421 or (enhanced == "4.7.0" and stage != "rcpt"):
        return "rate" if enhanced.startswith("4.7.") else "server"
    if stage == "rcpt":
        return "recipient"
    if stage == "mail" and code // 100 == 5 and not enhanced.startswith(("5.6.", "5.3.")):
        return "sender"
    return "message"

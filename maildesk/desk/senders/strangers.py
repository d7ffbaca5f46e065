"""Strangers: people of whom the desk knows nothing but a From line, which anybody can write.

Whoever puts a victim's address into From makes the desk write to the victim; with an
acknowledgement that repeats subject, name and words it would say whatever they please, in the
desk's name. So a mail that goes out by itself tells a stranger nothing that they, or whoever
pretends to be them, have written: no subject, no name, no quote, no file name.

Known is who has answered a mail of ours (they get our mail, and wrote), or proves who they are with
this one (DKIM, DMARC or SPF of the domain in From, by the word of the server that desk.yaml
trusts), or whose ticket an agent has answered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from maildesk.desk.facts import (
    TYPED,
    Acquaintance,
    AgentOpens,
    Entry,
    Fact,
    MessageFromRequester,
    Situation,
    TrustRecord,
)
from maildesk.desk.mails.views import FileView, PersonView, TicketView
from maildesk.desk.mails.wording import Language
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Ticket
from maildesk.mail.owners import mailbox_of

NOBODY = PersonView("", "")
# a word of the history's line "received": the sender was known or had proved who they are
PROVED = "proved"
ADDRESS_PROVED = "address_proved"  # a line of it: a code or link mailed there has been used
_WORD, _LONGEST_WORD = re.compile(r"\S+"), 200
# Mail programs make links of every name below a top-level domain, and there is a new one every
# week: all may be one but the names of files that end in no domain.
_NAME = r"(?:[\w-]+\.)+"
_ENDINGS = "pdf|txt|docx?|xlsx?|pptx?|od[tsp]|png|jpe?g|gif|csv|xml|log|exe|dll|ini|json"
_LINK = re.compile(
    rf"[a-z][a-z0-9+.-]{{1,20}}://\S+|\bwww\.\S+|\b{_NAME}[^\W\d_]{{2,24}}(?::\d+)?/\S*|"
    rf"\S+@\S+\.\S+"
    rf"|\b{_NAME}(?!(?:{_ENDINGS})\b)(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})\b",
    re.IGNORECASE,
)


def acquaintance(
    fact: Fact | None,
    ticket: Ticket | None,
    history: tuple[Entry, ...],
    *,
    is_correspondent: bool,
    answers: bool,
) -> Acquaintance:
    """How well the desk knows the requester, and the sender of the message; `is_correspondent` is
    said of the requester."""
    written = isinstance(fact, MessageFromRequester)
    proved = isinstance(fact, MessageFromRequester) and proves(fact.trust)
    by_requester = isinstance(fact, MessageFromRequester) and (
        ticket is None or ticket.is_requester(fact.sender.address)
    )
    is_form = isinstance(fact, MessageFromRequester) and _is_typed(fact)
    believed = (proved or answers or (by_requester and is_correspondent)) and not is_form
    is_vouched_for = isinstance(fact, AgentOpens) and fact.is_told
    known = is_correspondent or is_vouched_for or (believed and by_requester)
    if ticket is not None and not known:
        known = ticket.agent_wrote_at is not None or any(
            _proved_then(entry, ticket) for entry in history
        )
    proves_it = (proved or answers) and by_requester and not is_form
    typed = (is_form if ticket is None else is_typed(history, ticket)) and not proves_it
    if typed and (ticket is None or ticket.agent_wrote_at is None):
        known = False
    return Acquaintance(
        is_stranger=not known,
        is_unproved=written and not believed,
        is_proved=proved or answers,
        is_new=answers and not (by_requester and is_correspondent),
        is_typed=typed,
    )


def is_typed(history: Sequence[Entry], ticket: Ticket) -> bool:
    """Whether the requester's address was typed into the web form, and nothing they wrote or did
    since then proves that it is theirs."""
    typed = False
    for entry in history:
        if entry.what == "received" and entry.detail.get(TYPED):
            typed = True
        elif _proved_then(entry, ticket) or entry.what in (ADDRESS_PROVED, "customer"):
            typed = False
    return typed


def _is_typed(fact: MessageFromRequester) -> bool:
    return fact.form is not None and not fact.form.is_proved


def proves(trust: TrustRecord) -> bool:
    """Whether this message proves that it comes from the domain in its From."""
    return trust.authenticated or trust.aligned_path


def _proved_then(entry: Entry, ticket: Ticket) -> bool:
    detail = entry.detail
    return (
        entry.what == "received"
        and bool(detail.get(PROVED))
        and mailbox_of(str(detail.get("from", ""))) == ticket.requester.key
    )


def silent_to(situation: Situation, policy: Policy) -> str:
    """Why nothing goes by itself to the requester: what they wrote is old or was taken for spam,
    or desk.yaml wants no mail to strangers; else nothing."""
    if situation.arrived_at is not None:
        return f"the message is old: it arrived on {situation.arrived_at:%Y-%m-%d}"
    if situation.suspected:
        return f"the message was taken for spam: {situation.suspected}"
    known = situation.acquaintance
    unknown = policy.strangers == "no" and (known.is_stranger or known.is_unproved)
    return (
        "nothing proves that they wrote, and desk.yaml acknowledges no strangers" if unknown else ""
    )


def without_words(context: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """What a template may see for a stranger: the ticket's reference and the desk's own words,
    nothing that they sent."""
    ticket = context["ticket"]
    subject = f"[{ticket.reference}] {language.sentence('your_message')}".strip()
    hidden = {
        "person": NOBODY,
        "message": None,
        "previous": None,
        "comment": "",
        "known": (),
        "earlier": (),
        "earlier_count": 0,
    }
    return {
        **without_message(context, language),
        **hidden,
        "ticket": _bare(ticket),
        "subject": subject,
    }


def without_message(context: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """The same for somebody known, of a message that somebody else may have
    written in their name."""
    word = language.sentence("attachment")
    files = tuple(
        FileView(f"{word} {number}", file.size, file.reason)
        for number, file in enumerate(context.get("files", ()), start=1)
    )
    return {**context, "message": None, "comment": "", "files": files}


def without_links(context: Mapping[str, Any]) -> dict[str, Any]:
    """What a desk that tells strangers the whole tells them: whatever they sent, but no address to
    be led to."""
    ticket, person = context["ticket"], context.get("person")
    told = replace(ticket, subject=unlinked(ticket.subject), requester=_unlinked(ticket.requester))
    found = {
        "ticket": told,
        "subject": unlinked(context["subject"]),
        "comment": unlinked(context.get("comment", "")),
    }
    if person is not None:
        found["person"] = _unlinked(person)
    message = context.get("message")
    if message is not None:
        found["message"] = replace(
            message, sender=_unlinked(message.sender), text=unlinked(message.text)
        )
    return {**context, **found}


def unlinked(line: str) -> str:
    """The line with a mark in place of whatever a mail program might make a link of."""
    return _WORD.sub(_without_link, line) if "." in line or "://" in line else line


def _without_link(word: re.Match[str]) -> str:
    """Word by word: a pattern over a whole text would be slow where somebody wants it to be."""
    if len(word[0]) > _LONGEST_WORD:
        return "[…]" if "." in word[0] else word[0]
    return _LINK.sub("[…]", word[0])


def _unlinked(person: PersonView) -> PersonView:
    return replace(person, name=unlinked(person.name), first_name=unlinked(person.first_name))


def _bare(ticket: TicketView) -> TicketView:
    return replace(
        ticket,
        subject=ticket.reference,
        requester=NOBODY,
        messages=(),
        labels=(),
        participants=(),
        reached=(),
        unreached=(),
        unproved=(),
        fields=(),
        field_links={},
        linked=(),
    )

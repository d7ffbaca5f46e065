"""What somebody typed into the web form: read, looked at, and made the message that they might have
mailed, spooled with the mark that nothing proves its address."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from maildesk.desk.mails.loop_limits import never_answered
from maildesk.desk.pages import identity
from maildesk.desk.pages.form import DOOR, WebForm
from maildesk.desk.pages.portal import CATEGORY, NAME, NO, REQUIRED
from maildesk.mail.compose.outgoing import Outgoing, compose
from maildesk.mail.message import Envelope, Mailbox
from maildesk.mail.origin.addresses import is_usable
from maildesk.mail.owners import mailbox_of
from maildesk.mail.parse import parse
from maildesk.pipeline.pages import choices
from maildesk.pipeline.pages.choices import HEADER, LONGEST_VALUE, one_line, written
from maildesk.web import replies
from maildesk.web.reading import address_in, are_too_much

if TYPE_CHECKING:
    from maildesk.desk.policy import DeskAddress, Policy
    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services
    from maildesk.web.reading import Files

LONGEST_SUBJECT, LONGEST_NAME, LONGEST_ADDRESS = 200, 100, 254
MOST_COPIES = 10  # people who are to have a copy
_APART = re.compile(r"[\s,;]+")
OWN = "own-"  # before the name of an own field in the form
PRIORITY = "priority"
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W_]{2,63}")


@dataclass(frozen=True, slots=True)
class Typed:
    """A request, as it was typed."""

    subject: str
    name: str
    address: str
    text: str
    choices: WebForm
    language: str = ""
    copies: tuple[str, ...] = ()  # addresses that are to have a copy
    has_files: bool = False
    refused: str = ""  # those of them that are not passed on
    # what the server of the site around the widget signed, if it did
    signed: Mapping[str, str] = field(default_factory=lambda: identity.read({}))

    @property
    def digest(self) -> bytes:
        """What tells it from another."""
        who = (self.name, self.address, *self.copies)
        words = (self.subject, *who, self.text, written(self.choices))
        return sha256("\0".join(words).encode("utf-8", "replace")).digest()


def read(fields: Mapping[str, str], policy: Policy, language: str) -> Typed:
    """What these fields say, of what the policy asks for."""
    portal = policy.portal

    def given(name: str, longest: int) -> str:
        return one_line(fields.get(name, "")[: 4 * longest], longest)

    wanted = [name for name in policy.custom_fields if portal.wants(name) != NO]
    category, priority = given(CATEGORY, LONGEST_VALUE), given(PRIORITY, LONGEST_VALUE)
    has_categories = portal.wants(CATEGORY) != NO
    return Typed(
        subject=given("subject", LONGEST_SUBJECT),
        name=given(NAME, LONGEST_NAME) if portal.wants(NAME) != NO else "",
        address=address_in(fields)[: LONGEST_ADDRESS + 1],
        text=fields.get("text", "").replace("\r\n", "\n").replace("\r", "\n").strip(),
        choices=WebForm(
            category=category if has_categories and category in policy.categories else "",
            priority=priority if priority in portal.priorities else "",
            fields={name: value for name in wanted if (value := given(OWN + name, LONGEST_VALUE))},
        ),
        language=language,
        copies=tuple(dict.fromkeys(filter(None, _APART.split(fields.get("copies", "")[:4_000])))),
        signed=identity.read(fields),
    )


def read_again(raw: bytes) -> Typed:
    """What was typed for this message, which waits for its code."""
    message = parse(raw)
    chosen, spoken = (
        next(iter(message.headers.get(name, ())), "")
        for name in (HEADER.lower(), "content-language")
    )
    sender = message.sender or Mailbox("", "")
    return Typed(
        subject=message.subject,
        name=sender.name,
        address=sender.address,
        text=message.text.strip(),
        choices=choices.read(chosen, DOOR),
        language=spoken,
        has_files=bool(message.attachments),
    )


def wrong_in(typed: Typed, files: Files, policy: Policy) -> dict[str, str]:
    """What has to be mended before it can be sent: the words, by the name of the field."""
    portal, chosen = policy.portal, typed.choices
    needed = {
        "subject": typed.subject,
        "text": typed.text,
        NAME: typed.name if portal.wants(NAME) == REQUIRED else "-",
        CATEGORY: chosen.category
        if portal.wants(CATEGORY) == REQUIRED and policy.categories
        else "-",
        **{
            OWN + name: chosen.fields.get(name, "")
            for name in policy.custom_fields
            if portal.wants(name) == REQUIRED
        },
    }
    wrong = {name: "portal_needed" for name, value in needed.items() if not value}
    if len(typed.text) > replies.LONGEST:
        wrong["text"] = "too_long"
    if not _is_address(typed.address):
        wrong["address"] = "portal_no_address"
    elif policy.is_ours(typed.address) or policy.is_for_admins(typed.address):
        wrong["address"] = "portal_our_address"
    elif never_answered(typed.address, policy):  # a robot: no code is read there, and no answer
        wrong["address"] = "portal_no_address"
    if len(typed.copies) > MOST_COPIES or not all(map(_is_address, typed.copies)):
        wrong["copies"] = "portal_no_copies"
    if are_too_much(files, policy.attachments):
        wrong["files"] = "portal_too_large"
    elif typed.refused:
        wrong["files"] = "file_refused"
    return wrong


def _is_address(typed: str) -> bool:
    is_one = len(typed) <= LONGEST_ADDRESS and _ADDRESS.fullmatch(typed)
    return bool(is_one) and is_usable(typed)


def sent(
    services: Services,
    intake: Intake,
    typed: Typed,
    files: Sequence[tuple[str, bytes]],
    *,
    unique: str,
    client: str,
    via: str = DOOR,
) -> None:
    """Spool it. TransientFailure where the store cannot take it."""
    raw, to = message_of(services, typed, files, unique)
    intake.accept(raw, Envelope(mailbox_of(typed.address), (to,), via=via, peer=client))


def message_of(
    services: Services, typed: Typed, files: Sequence[tuple[str, bytes]], unique: str
) -> tuple[bytes, str]:
    """The message, and the address of the desk that it goes to."""
    policy = services.keeper.current.policy
    desk = _written_to(policy)
    attached = tuple(replies.file_of(name, octets, n) for n, (name, octets) in enumerate(files))
    raw = compose(
        Outgoing(
            message_id=message_id(policy, unique),
            sender=Mailbox(typed.name, typed.address),
            to=(Mailbox("", desk.address),),
            cc=tuple(Mailbox("", one) for one in typed.copies if not policy.is_ours(one)),
            subject=typed.subject,
            date=services.now(),
            text=typed.text,
            headers=((HEADER, written(typed.choices)),),
            attachments=attached,
            language=typed.language,
        )
    )
    return raw, desk.address


def message_id(policy: Policy, unique: str) -> str:
    """That of the message which this form becomes."""
    return f"{unique}.form@{_written_to(policy).address.rpartition('@')[2].lower()}"


def _written_to(policy: Policy) -> DeskAddress:
    return policy.desk_address(policy.portal.address) or policy.addresses[0]

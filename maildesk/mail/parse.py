"""Raw octets to a Message: read whatever was sent, say what was wrong with it, lose nothing.

mail-parser reads addresses and dates (see headers), the walk over the parts
is ours (see mime and bodies), and stdlib's compat32 parser is the net under
both: whatever surprises them still becomes a Message.
"""

from __future__ import annotations

import email
import email.policy
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from maildesk.errors import BadMessage
from maildesk.mail.automatic import detect
from maildesk.mail.automatic.responses import is_response
from maildesk.mail.html.sanitize import text_of
from maildesk.mail.html.unseen import without_unseen
from maildesk.mail.invisible import seen
from maildesk.mail.message import Forwarded, Kind, Message, Part, Role
from maildesk.mail.mime import bodies, charset, headers, tree
from maildesk.mail.parts.items import Appointment, Item, Letter
from maildesk.mail.parts.read import items_of
from maildesk.mail.reply.language import guess
from maildesk.mail.reply.quote import subject_says
from maildesk.mail.reply.segment import reply_of, segment

ANSWER = "answer to an invitation"
_LETTER = 20_000  # characters of an attached message that are told
_HOUR = re.compile(r"\d[:.h]\d\d|\d ?[ap]\.?m\b", re.IGNORECASE)
_SHORT = 1_000  # characters
_SIGN = re.compile(r"[#＃]|^[ \t]*/\w", re.MULTILINE)
_ANYTHING = re.compile(rb"[^ \t\r\n\x00]")


def parse(raw: bytes) -> Message:
    """The message in these octets; BadMessage only where there is nothing at all."""
    if not _ANYTHING.search(raw):
        raise BadMessage("the message is empty")
    try:
        return _read(raw)
    except Exception as surprise:  # the net: no stranger's octets may stop the desk
        return _by_compat32(raw, f"read by the net: {type(surprise).__name__}")


def _read(raw: bytes) -> Message:
    root, leaves, defects = tree.read(raw)
    named = headers.gathered(root.fields)
    hint = next(
        (leaf.parameters["charset"] for leaf in leaves[:10] if "charset" in leaf.parameters), ""
    )
    body = bodies.read(root, leaves, raw)
    return _assembled(raw, named, hint, body, (root, leaves), [*defects, *body.defects])


def _assembled(
    raw: bytes,
    named: Mapping[str, list[bytes]],
    hint: str,
    body: bodies.Bodies,
    parts: tuple[tree.Entity, list[tree.Entity]],
    defects: list[str],
) -> Message:
    """The Message from its fields and bodies."""
    fields = {
        name: tuple(headers.decoded(value, hint) for value in values)
        for name, values in named.items()
    }
    senders = headers.addresses(named.get("from", ()), hint) or headers.addresses(
        named.get("sender", ()), hint
    )
    sender = senders[0] if senders else None
    date, wrong = headers.date_of(fields.get("date", ()))
    text, html = _texts(body.blocks)
    subject = seen(" ".join(fields.get("subject", ("",))[0].split()))
    answers = any(map(fields.get, ("in-reply-to", "references")))
    answers = answers or subject_says(subject) == "reply"
    cut = segment(text, html, subject, answers=answers)
    items = items_of(*parts, cut.text, body.files)
    verdict = _judged(detect.judge(fields, sender, cut.text, *parts), items)
    forwarded = _seen(cut.forwarded) or _attached(verdict.kind, *parts)
    reply = reply_of(cut.parts)
    language = fields.get("content-language", ("",))[0].split(",")[0].strip().lower()
    return Message(
        message_id=(headers.ids(fields.get("message-id", ())) or ("",))[0],
        in_reply_to=headers.ids(fields.get("in-reply-to", ())),
        references=headers.ids(fields.get("references", ())),
        date=date,
        sender=sender,
        senders=senders,
        reply_to=headers.addresses(named.get("reply-to", ()), hint),
        to=headers.addresses(named.get("to", ()), hint),
        cc=headers.addresses(named.get("cc", ()), hint),
        subject=subject,
        text=cut.text,
        html=html,
        parts=cut.parts,
        reply=reply,
        forwarded=forwarded,
        attachments=tuple(body.files),
        kind=verdict.kind,
        may_answer=verdict.may_answer,
        reasons=verdict.reasons,
        reports=verdict.reports,
        items=items or _letter(cut.text, forwarded),
        is_response=_is_response(verdict, items, reply),
        is_signature=cut.is_signature,
        opening=_opening(body, reply, subject, answers=answers),
        language=guess(reply)
        or guess(f"{subject}\n{reply}")
        or (language if len(language) <= 35 else ""),
        headers=fields,
        defects=tuple(dict.fromkeys([*defects, *([wrong] if wrong else [])])),
        size=len(raw),
    )


def _language(subject: str, words: str, declared: str) -> str:
    """The one of these words; else what the subject says beside them, else the header."""
    found = guess(words) or guess(f"{subject}\n{words}")
    return found or (declared if len(declared) <= 35 else "")


def _judged(verdict: detect.Verdict, items: Iterable[Item]) -> detect.Verdict:
    """The verdict; an answer to an invitation is automatic: people press a button, and a program
    writes."""
    if verdict.kind is not Kind.ORDINARY:
        return verdict
    if not any(isinstance(item, Appointment) and item.method == "reply" for item in items):
        return verdict
    return replace(verdict, kind=Kind.AUTOMATIC, may_answer=False, reasons=(ANSWER,))


def _letter(text: str, attached: Forwarded | None) -> tuple[Item, ...]:
    """The message that is all there is to read: some forward without a word, and a list may wrap
    what its member wrote."""
    if text.strip() or attached is None or not attached.text.strip():
        return ()
    sender = attached.sender
    who = f"{sender.name} <{sender.address}>" if sender and sender.name else ""
    who = who or (sender.address if sender else "")
    return (Letter(seen(who), attached.subject, attached.text[:_LETTER].strip()),)


def _is_response(verdict: detect.Verdict, items: Iterable[Item], words: str) -> bool:
    if verdict.kind is not Kind.AUTOMATIC or not is_response(verdict.reasons, words):
        return False
    return not _says_more(verdict.reasons, items, words)


def _says_more(reasons: tuple[str, ...], items: Iterable[Item], words: str) -> bool:
    """Whether an answer to an invitation says something beside yes or no: in its COMMENT, or in
    words that do not tell of the appointment and its hour, as those of programs do."""
    if reasons != (ANSWER,):
        return False
    for item in items:
        if isinstance(item, Appointment) and item.method == "reply":
            is_named = item.summary.lower() in " ".join(words.lower().split())
            is_told = is_named and _HOUR.search(words) is not None
            return bool(item.comment) or bool(words.strip() and not is_told)
    return False


def _may_command(reply: str) -> bool:
    """Whether there may be a command in these words, which somebody has hidden: with a sign, or in
    a short mail without one, said (`hashtag close`) or bare (`status?`). To look costs as much as
    to parse."""
    return len(reply) <= _SHORT or _SIGN.search(reply) is not None


def _opening(body: bodies.Bodies, reply: str, subject: str, *, answers: bool) -> str:
    """The writer's own words in the first text, as a reader sees them; "" where the message has
    none."""
    head = bodies.first(body)
    if head is None:
        return ""
    is_whole = len(body.blocks) == 1 and head is body.blocks[0]
    if not head.text.strip() and _may_command(reply):
        html = without_unseen(head.html)
        if html != head.html or not is_whole:
            return reply_of(segment("", html, subject, answers=answers).parts)
    if is_whole:
        return reply
    return reply_of(segment(head.text, head.html, subject, answers=answers).parts)


def _texts(blocks: list[bodies.Block]) -> tuple[str, str]:
    """The plain text and the HTML of the whole body.

    Where one block has only HTML and another only text, the text of the first is taken
    from its HTML, so that nobody has to read half a message.
    """
    html = "\n".join(block.html for block in blocks if block.html)
    if all(not block.text.strip() for block in blocks):
        return "", html
    return "\n".join(
        block.text if block.text.strip() else text_of(block.html) for block in blocks
    ), html


def _seen(forwarded: Forwarded | None) -> Forwarded | None:
    """The same, its names and subject without what nobody sees: they were printed in a text, which
    keeps such characters."""
    if forwarded is None:
        return None
    sender = forwarded.sender and replace(forwarded.sender, name=seen(forwarded.sender.name))
    to = tuple(replace(box, name=seen(box.name)) for box in forwarded.to)
    return replace(forwarded, sender=sender, to=to, subject=seen(forwarded.subject))


def _attached(kind: Kind, whole: tree.Entity, leaves: list[tree.Entity]) -> Forwarded | None:
    """The first message attached to this one (RFC 2046, 5.2.1), unless a report merely returns it,
    or it is a translation."""
    if whole.content_type == "multipart/multilingual" or (
        kind is not Kind.ORDINARY and kind is not Kind.AUTOMATIC
    ):
        return None
    leaf = next((leaf for leaf in leaves if leaf.content_type == "message/rfc822"), None)
    if leaf is None:
        return None
    root, inner, _ = tree.read(leaf.content())
    named = headers.gathered(root.fields)
    senders = headers.addresses(named.get("from", ()))
    text, html = _texts(bodies.read(root, inner).blocks)
    return Forwarded(
        sender=senders[0] if senders else None,
        to=headers.addresses(named.get("to", ())),
        date=headers.decoded((named.get("date") or [b""])[0]),
        subject=seen(headers.decoded((named.get("subject") or [b""])[0])),
        text=text if text.strip() else text_of(html),
    )


def _by_compat32(raw: bytes, defect: str) -> Message:
    """What stdlib's forgiving parser makes of it: the fields, and the first
    text as one new part."""
    fields: dict[str, tuple[str, ...]] = {}
    text = ""
    try:
        message = email.message_from_bytes(raw, policy=email.policy.compat32)
        for name, value in message.items():
            fields[name.lower()] = (
                *fields.get(name.lower(), ()),
                headers.decoded(str(value).encode("utf-8", "replace")),
            )
        leaf = next(
            (part for part in message.walk() if part.get_content_maintype() == "text"), message
        )
        payload = leaf.get_payload(decode=True)
        text = charset.decode(payload if isinstance(payload, bytes) else b"")[0]
    except Exception:  # even the net has holes: the octets themselves are always readable
        text = charset.decode(raw[:100_000])[0]
    text = text.replace("\x00", "")
    box = headers.addresses(value.encode() for value in fields.get("from", ()))
    return Message(
        message_id=(headers.ids(fields.get("message-id", ())) or ("",))[0],
        in_reply_to=headers.ids(fields.get("in-reply-to", ())),
        references=headers.ids(fields.get("references", ())),
        date=None,
        sender=box[0] if box else None,
        senders=box,
        reply_to=(),
        to=(),
        cc=(),
        subject=seen(" ".join(fields.get("subject", ("",))[0].split())),
        text=text,
        html="",
        parts=(Part(Role.NEW, text),) if text else (),
        reply=text.strip(),
        forwarded=None,
        attachments=(),
        kind=Kind.ORDINARY,
        may_answer=False,
        reasons=("hard to read",),
        reports=(),
        headers=fields,
        defects=(defect,),
        size=len(raw),
    )

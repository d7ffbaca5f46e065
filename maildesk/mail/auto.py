"""Automatic or not, and may we answer: layers of evidence, the strongest first (RFC 3834).

Reports are told by their parts, then by who sent them and what they say;
other automatic mail by its fields, then by its words. Storing and answering
are separate decisions: nothing here drops a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from maildesk.mail import auto_phrases, bounce_phrases, dsn, headers, mime, reports
from maildesk.mail.message import Kind, Mailbox, Report

NOTICED_LIMIT = 20  # recipients up to which the prose is searched for each one's reason
FORWARDS = ("fwd:", "fw:", "wg:", "tr:", "rv:", "i:")
OPENING = 1_500  # characters at the beginning where a challenge says what it wants
TEXT_LIMIT = 20_000  # characters of the text in which words are looked for


@dataclass(frozen=True, slots=True)
class Verdict:
    """What sort of message it is, whether an automatic answer is allowed, and why not."""

    kind: Kind
    may_answer: bool
    reasons: tuple[str, ...]
    reports: tuple[Report, ...] = ()


@dataclass(slots=True)
class Clues:
    """What the layers look at, each read once."""

    named: Mapping[str, tuple[str, ...]]
    sender: Mailbox | None
    subject: str
    text: str
    root: mime.Entity
    leaves: list[mime.Entity]
    types: frozenset[str] = frozenset()
    _low: str = field(default="")

    @property
    def low(self) -> str:
        """The text in lower case, white space folded; made when somebody asks."""
        if not self._low and self.text:
            self._low = " ".join(self.text[:TEXT_LIMIT].lower().split())
        return self._low

    def first(self, name: str) -> str:
        """The topmost field of this name in lower case, or an empty string."""
        values = self.named.get(name, ())
        return values[0].lower() if values else ""

    @property
    def null_path(self) -> bool:
        """Whether Return-Path says <>: no answer is wanted (RFC 5321, 4.5.5)."""
        path = self.first("return-path")
        return "return-path" in self.named and path.strip() in ("<>", "", "<mailer-daemon>", "mailer-daemon")


def judge(
    named: Mapping[str, tuple[str, ...]], sender: Mailbox | None, text: str, root: mime.Entity, leaves: list[mime.Entity]
) -> Verdict:
    """The verdict over a message from its decoded fields, its sender, its text and its parts."""
    types = frozenset(leaf.content_type for leaf in leaves)
    clues = Clues(named, sender, (named.get("subject") or ("",))[0].lower(), text, root, leaves, types)
    kind = _report_kind(clues)
    if kind is Kind.DELIVERY_REPORT:
        return Verdict(kind, False, ("delivery report", *_reasons(clues)), _delivery_reports(clues))
    if kind is not None:
        return Verdict(kind, False, (kind.value.replace("_", " "), *_reasons(clues)))
    reasons = _reasons(clues)
    if reasons:
        return Verdict(Kind.AUTOMATIC, False, reasons)
    if sender is None or "@" not in sender.address:
        return Verdict(Kind.ORDINARY, False, ("no sender",))
    if _is_unanswered(sender):  # a program's address proves nothing about the text: shops write by hand from noreply, too
        return Verdict(Kind.ORDINARY, False, ("sender takes no answers",))
    return Verdict(Kind.ORDINARY, True, ())


def _report_kind(clues: Clues) -> Kind | None:
    """Which sort of report this is, if any: by parts first, by words where the parts say nothing."""
    report_type = clues.root.parameters.get("report-type", "").lower()
    if "message/feedback-report" in clues.types or report_type == "feedback-report":
        return Kind.FEEDBACK_REPORT
    if "message/disposition-notification" in clues.types or report_type == "disposition-notification":
        return Kind.DISPOSITION_REPORT
    if _is_challenge(clues):
        return None
    if clues.types & dsn.STATUS_TYPES or report_type == "delivery-status":
        return Kind.DELIVERY_REPORT
    complains = any(phrase in clues.subject or phrase in clues.low for phrase in auto_phrases.FEEDBACK_TEXTS)
    if (complains and clues.types & dsn.RETURNED_TYPES) or reports.json_kind(clues.text) == "complaint":
        return Kind.FEEDBACK_REPORT
    if reports.json_kind(clues.text):
        return Kind.DELIVERY_REPORT
    if _speaks_of_failure(clues):
        return Kind.DELIVERY_REPORT
    if clues.subject.startswith(auto_phrases.RECEIPT_SUBJECTS) and any(t in clues.low for t in auto_phrases.RECEIPT_TEXTS):
        return Kind.DISPOSITION_REPORT
    return None


def _speaks_of_failure(clues: Clues) -> bool:
    """A delivery report in prose: a machine sent it, and it says so in its subject or its text."""
    if "x-failed-recipients" in clues.named:
        return True
    by_daemon = _by_daemon(clues)
    if not (by_daemon or clues.null_path or _by_postmaster(clues) or _is_marked(clues)):
        return False
    if _is_vacation(clues) and not by_daemon:
        return False
    if by_daemon:
        return True
    by_subject = any(phrase in clues.subject for phrase in bounce_phrases.BOUNCE_SUBJECTS)
    by_text = any(phrase in clues.low for phrase in bounce_phrases.BOUNCE_TEXTS)
    if clues.null_path or _by_postmaster(clues):
        return by_subject or by_text
    return by_subject and by_text


def _is_marked(clues: Clues) -> bool:
    """Whether a program says that it wrote this."""
    submitted = clues.first("auto-submitted")
    if (submitted and submitted != "no") or clues.first("precedence") in auto_phrases.PRECEDENCES:
        return True
    by_list = clues.sender is not None and clues.sender.key.partition("@")[0].endswith(auto_phrases.LIST_MANAGERS)
    return by_list or _is_unanswered(clues.sender)


def is_daemon(sender: Mailbox) -> bool:
    """Whether this is a mail server's own address: only delivery reports come from it."""
    name = sender.name.lower()
    return _local(sender) in auto_phrases.DAEMONS or any(name.startswith(daemon) for daemon in auto_phrases.DAEMON_NAMES)


def _by_daemon(clues: Clues) -> bool:
    if clues.sender is not None:
        return is_daemon(clues.sender)
    name, _, address = clues.first("from").partition("<")  # "MAILER-DAEMON <>" is no address and yet says it all
    return is_daemon(Mailbox(name.strip(' "'), address.strip("> ") or name.strip(' "')))


def _by_postmaster(clues: Clues) -> bool:
    sender = clues.sender
    if sender is None:
        return clues.first("from").strip() in ("", "<>") and "from" in clues.named
    local = _local(sender)
    return local in auto_phrases.POSTMASTERS or local.endswith("postmaster") or "postmaster" in sender.name.lower()


def _local(sender: Mailbox) -> str:
    local = sender.key.partition("@")[0].partition("+")[0]
    return "".join(character for character in local if character not in ".-_= \"'")


def _is_unanswered(sender: Mailbox | None) -> bool:
    if sender is None:
        return False
    local = sender.key.partition("@")[0]
    plain = _local(sender)
    return (
        plain in auto_phrases.NEVER_ANSWERED
        or local.startswith(auto_phrases.NEVER_ANSWERED_STARTS)
        or plain.startswith(("noreply", "donotreply"))
        or local.endswith(auto_phrases.NEVER_ANSWERED_ENDS)
        or plain.endswith(("noreply", "donotreply"))
    )


def _is_vacation(clues: Clues) -> bool:
    return any(phrase in clues.subject for phrase in auto_phrases.VACATION_SUBJECTS)


def _is_challenge(clues: Clues) -> bool:
    """A filter that wants the sender to prove something: no report, and never to be answered by a machine."""
    if any(name.startswith(auto_phrases.CHALLENGE_FIELDS) for name in clues.named):
        return True
    opening = clues.low[:OPENING]
    if any(phrase in opening for phrase in auto_phrases.CHALLENGE_OPENINGS) and not clues.subject.startswith(FORWARDS):
        return True
    if not (clues.null_path or _is_marked(clues) or _by_daemon(clues)):
        return False
    notice = " ".join(reports.notice_of(clues.text)[0].lower().split())
    return any(phrase in notice for phrase in auto_phrases.CHALLENGE_TEXTS)


def _reasons(clues: Clues) -> tuple[str, ...]:
    """Every sign of automatic mail found, in words that an agent can read."""
    reasons = []
    submitted = clues.first("auto-submitted")
    if submitted and submitted.split(";")[0].split("(")[0].strip() != "no":
        reasons.append(f"auto-submitted: {submitted[:60]}")
    if clues.null_path:
        reasons.append("null return path")
    precedence = clues.first("precedence")
    if precedence in auto_phrases.PRECEDENCES:
        reasons.append(f"precedence: {precedence}")
    reasons.extend(name for name in auto_phrases.AUTOMATIC_FIELDS if name in clues.named)
    if any(name in clues.named for name in auto_phrases.LIST_FIELDS):
        reasons.append("mailing list")
    if _by_daemon(clues) or _by_postmaster(clues):
        reasons.append("sent by a mail system")
    if _is_vacation(clues):
        reasons.append("out of office by its subject")
    if _is_challenge(clues):
        reasons.append("challenge")
    if reasons and _is_unanswered(clues.sender):
        reasons.append("sender takes no answers")
    return tuple(dict.fromkeys(reasons))


def _delivery_reports(clues: Clues) -> tuple[Report, ...]:
    """The recipients of a delivery report: from its machine part, else from its prose, each with the best status known."""
    found = dsn.machine_reports(clues.leaves)
    notice, returned = reports.notice_of(clues.text)
    about = notice if len(found) <= NOTICED_LIMIT else ""
    returned_to = _returned_to(clues.leaves)
    known = [_addressed(reports.sharpened(report, about), returned_to) for report in found]
    if not any(report.final_recipient for report in known):
        own = [box.address for name in ("to", "x-original-to", "delivered-to") for box in headers.addresses(_raw(clues, name))]
        failed = " ".join(clues.named.get("x-failed-recipients", ()))
        prose = reports.read(clues.text, subject=clues.subject, failed=failed, returned_to=returned_to, own=own)
        known = _completed(known, prose, notice, clues.subject)
    original = dsn.returned_id(clues.leaves, returned)
    return tuple(report if report.original_message_id else replace(report, original_message_id=original) for report in known)


def _addressed(report: Report, returned_to: list[str]) -> Report:
    """A recipient without its domain (a local delivery) gets the address the returned message was for."""
    local = report.final_recipient
    if not local or "@" in local.strip("@"):
        return report
    same = [address for address in returned_to if address.partition("@")[0].lower() == local.lower()] or returned_to
    return replace(report, final_recipient=same[0]) if len(same) == 1 else report


def _completed(known: list[Report], prose: list[Report], notice: str, subject: str) -> list[Report]:
    """Recipients from prose with the action and status of a machine part that names none."""
    if not known:
        if prose:
            return prose
        action = reports.action_of(" ".join(notice.lower().split()), subject)
        return [Report("", action, reports.status_of(notice, action))]
    if not prose:
        return known
    first = known[0]
    return [replace(report, action=first.action, status=first.status or report.status) for report in prose]


def _raw(clues: Clues, name: str) -> list[bytes]:
    return [value.encode("utf-8", "replace") for value in clues.named.get(name, ())]


def _returned_to(leaves: list[mime.Entity]) -> list[str]:
    """Whom the message that came back was for."""
    for leaf in leaves:
        if leaf.content_type in dsn.RETURNED_TYPES:
            fields, _, _ = headers.split(leaf.content(65536))
            return [box.address for box in headers.addresses(value for name, value in fields if name == "to")]
    return []

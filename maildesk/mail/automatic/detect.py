"""Automatic or not, and may we answer: the verdict over a message (RFC 3834).

Reports are told by their parts, then by who sent them and what they say;
other automatic mail by its fields, then by its words. Storing and answering
are separate decisions: nothing here drops a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from maildesk.mail.automatic import dsn, machine_phrases, reports
from maildesk.mail.automatic.signs import FORWARDS, Clues
from maildesk.mail.message import Kind, Mailbox, Report
from maildesk.mail.mime import headers, tree

NOTICED_LIMIT = 20  # recipients up to which the prose is searched for each one's reason


@dataclass(frozen=True, slots=True)
class Verdict:
    """What sort of message it is, whether an automatic answer is allowed, and why not."""

    kind: Kind
    may_answer: bool
    reasons: tuple[str, ...]
    reports: tuple[Report, ...] = ()


def judge(
    named: Mapping[str, tuple[str, ...]],
    sender: Mailbox | None,
    text: str,
    root: tree.Entity,
    leaves: list[tree.Entity],
) -> Verdict:
    """The verdict over a message from its decoded fields, its sender, its text and its parts."""
    clues = Clues(named, sender, text, root, leaves)
    kind = _report_kind(clues)
    if kind is Kind.DELIVERY_REPORT:
        return Verdict(kind, False, ("delivery report", *_reasons(clues)), _delivery_reports(clues))
    if kind is not None:
        return Verdict(kind, False, (kind.value.replace("_", " "), *_reasons(clues)))
    reasons = _reasons(clues)
    if reasons:
        return Verdict(Kind.AUTOMATIC, False, reasons)
    caution = _caution(clues)
    return Verdict(Kind.ORDINARY, not caution, caution)


def _report_kind(clues: Clues) -> Kind | None:
    """Which sort of report this is, if any: by parts first, by words where the
    parts say nothing."""
    report_type = clues.root.parameters.get("report-type", "").lower()
    if "message/feedback-report" in clues.types or report_type == "feedback-report":
        return Kind.FEEDBACK_REPORT
    if clues.types & dsn.REFUSAL_TYPES or report_type == "disposition-notification":
        return Kind.DELIVERY_REPORT if clues.refusal else Kind.DISPOSITION_REPORT
    if clues.challenge:
        return None
    # a person shows us a report
    passed_on = clues.subject.startswith(FORWARDS) and not clues.by_daemon
    if report_type == "delivery-status" or (clues.types & dsn.STATUS_TYPES and not passed_on):
        return Kind.DELIVERY_REPORT
    event = reports.json_kind(clues.text)
    complains = any(
        phrase in clues.subject or phrase in clues.low for phrase in machine_phrases.FEEDBACK_TEXTS
    )
    if event == "complaint" or (complains and clues.types & dsn.RETURNED_TYPES):
        return Kind.FEEDBACK_REPORT
    if event or clues.failure:
        return Kind.DELIVERY_REPORT
    if clues.subject.startswith(machine_phrases.RECEIPT_SUBJECTS) and any(
        t in clues.low for t in machine_phrases.RECEIPT_TEXTS
    ):
        return Kind.DISPOSITION_REPORT
    return None


def _reasons(clues: Clues) -> tuple[str, ...]:
    """Every sign of automatic mail found, in words that an agent can read."""
    precedence = clues.first("precedence")
    signs = (
        (clues.submitted, f"auto-submitted: {clues.submitted}"),
        (clues.null_path, "null return path"),
        (
            precedence in machine_phrases.PRECEDENCES and not clues.discussion,
            f"precedence: {precedence}",
        ),
        ("all" in clues.first("x-auto-response-suppress"), "x-auto-response-suppress"),
        (
            any(name in clues.named for name in machine_phrases.LIST_FIELDS)
            and not clues.discussion,
            "mailing list",
        ),
        (clues.by_daemon, "sent by a mail system"),
        (clues.vacation, "out of office by its subject"),
        (clues.calls_itself_automatic, "calls itself automatic"),
        (clues.challenge, "challenge"),
    )
    found = [reason for sign, reason in signs if sign]
    found += [name for name in machine_phrases.AUTOMATIC_FIELDS if name in clues.named]
    if found and clues.unanswered:
        found.append("sender takes no answers")
    return tuple(dict.fromkeys(found))


def _caution(clues: Clues) -> tuple[str, ...]:
    """Why an ordinary message gets no automatic answer all the same.

    None of this proves a machine: shops write by hand from noreply, a group address
    makes a list of every customer's mail, some gateways ask for silence on
    everybody's mail, and people say that they are away.
    """
    sender = clues.sender
    if sender is None or "@" not in sender.address:
        return ("no sender",)
    signs = (
        (clues.unanswered, "sender takes no answers"),
        (clues.by_postmaster, "sent by a postmaster"),
        (clues.discussion, "mailing list"),
        ("x-auto-response-suppress" in clues.named, "asked for no automatic answer"),
        (clues.away, "reads like an out of office"),
    )
    return tuple(reason for sign, reason in signs if sign)


def _delivery_reports(clues: Clues) -> tuple[Report, ...]:
    """The recipients of a delivery report: from its machine part, else from its prose, each with
    the best status known."""
    leaves = dsn.report_leaves(clues.leaves)
    found = dsn.machine_reports(leaves)
    notice, returned = reports.notice_of(clues.text)
    about = notice if len(found) <= NOTICED_LIMIT else ""
    returned_to = _returned_to(leaves)
    known = [
        _addressed(reports.sharpened(report, about, alone=len(found) == 1), returned_to)
        for report in found
    ]
    if not any(report.final_recipient for report in known):
        own = [
            box.address
            for name in ("to", "x-original-to", "delivered-to")
            for box in headers.addresses(_raw(clues, name))
        ]
        failed = " ".join(clues.named.get("x-failed-recipients", ()))
        prose = reports.read(
            clues.text, subject=clues.subject, failed=failed, returned_to=returned_to, own=own
        )
        known = _completed(known, prose, notice, clues.subject)
    original = dsn.returned_id(leaves, returned or notice)
    return tuple(
        report if report.original_message_id else replace(report, original_message_id=original)
        for report in known
    )


def _addressed(report: Report, returned_to: list[str]) -> Report:
    """A recipient without its domain (a local delivery) gets the address the
    returned message was for."""
    local = report.final_recipient
    if not local or "@" in local.strip("@"):
        return report
    same = [
        address for address in returned_to if address.partition("@")[0].lower() == local.lower()
    ] or returned_to
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
    return [
        replace(report, action=first.action, status=first.status or report.status)
        for report in prose
    ]


def _raw(clues: Clues, name: str) -> list[bytes]:
    return [value.encode("utf-8", "replace") for value in clues.named.get(name, ())]


def _returned_to(leaves: list[tree.Entity]) -> list[str]:
    """Whom the message that came back was for."""
    for leaf in leaves:
        if leaf.content_type in dsn.RETURNED_TYPES:
            fields, _, _ = headers.split(leaf.content(65536))
            return [
                box.address
                for box in headers.addresses(value for name, value in fields if name == "to")
            ]
    return []

"""What would be different under another desk folder: stored mail, tried under both policies, each
in the same state of the desk.

A message is tried as of the time it came, against the tickets as they are now;
limits on automatic mail are left out, as they tell nothing of another hour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from maildesk.config.watch import InForce
from maildesk.errors import BadMessage, MaildeskError
from maildesk.pipeline.services import Services
from maildesk.pipeline.simulation.dry_run import elsewhere, foresee, without_limits
from maildesk.store import spool
from maildesk.store.spool import Spooled
from maildesk.views.dry_runs import Foreseen, Replayed, fired


def replay(services: Services, other: InForce, since: datetime) -> Iterator[Replayed]:
    """Every message that came since then and can be read, oldest first."""
    here = replace(services.keeper.current, policy=without_limits(services.keeper.current.policy))
    there = replace(other, policy=without_limits(other.policy))
    for job in _jobs(services, since):
        try:
            with services.db.read() as conn:
                raw = services.blobs.get(conn, job.digest)
            before = foresee(
                elsewhere(services, here, job.received_at), raw, job.envelope, job.released_by
            )
            after = foresee(
                elsewhere(services, there, job.received_at), raw, job.envelope, job.released_by
            )
        except (BadMessage, MaildeskError):
            # whatever the policy, this one cannot be read, or is gone
            continue
        sender = before.message.sender.address if before.message.sender else ""
        yield Replayed(
            job.id, job.received_at, sender, before.message.subject, differences(before, after)
        )


def differences(before: Foreseen, after: Foreseen) -> dict[str, tuple[Any, Any]]:
    """What is different, by name; the rules are named where anything else is."""
    old, new = _gist(before), _gist(after)
    found = {name: (old[name], new[name]) for name in old if old[name] != new[name]}
    if set(found) == {"rules"}:
        return {}
    texts = {
        mail: text for mail, text in _texts(after).items() if _texts(before).get(mail, text) != text
    }
    if texts:
        found["mails_with_other_words"] = ([], sorted(texts))
    return found


def _gist(found: Foreseen) -> dict[str, Any]:
    ticket = found.ticket
    stands = (
        "new"
        if found.is_new
        else f"held: {found.held}"
        if found.held
        else ticket.reference
        if ticket
        else found.why
    )
    fields = {
        name: getattr(ticket, name) if ticket else ""
        for name in ("queue", "assignee", "priority", "category", "type", "status", "language")
    }
    return {
        "ticket": stands,
        **fields,
        "labels": sorted(ticket.labels) if ticket else [],
        "first_response_due_at": _due(found),
        "mails": sorted(_texts(found)),
        "rules": fired(found.outcome),
    }


def _due(found: Foreseen) -> str:
    due = next(
        (
            clock.due_at
            for clock in found.clocks
            if clock.kind == "first_response" and clock.is_running
        ),
        None,
    )
    return due.isoformat(timespec="minutes") if due else ""


def _texts(found: Foreseen) -> dict[str, str]:
    return {f"{mail.template} to {mail.to}: {mail.subject}": mail.text for mail in found.mails}


def _jobs(services: Services, since: datetime) -> Iterator[Spooled]:
    """In small groups, so that no transaction stays open meanwhile."""
    last = 0
    while True:
        with services.db.read() as conn:
            jobs = spool.received_since(conn, since, after=last)
        if not jobs:
            return
        yield from jobs
        last = jobs[-1].id

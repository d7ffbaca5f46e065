"""Automatic mail as the limits count it, and how somebody stands to whom some would go.

Counted by person, not by address, and for people who have not proved who they are by organisation,
too: variants of an address and sub-domains cost nothing (see `mail.owners`). What an organisation's
limit leaves no room for is planned for later; its place is taken at once, so a thousand mails come
to a row of places, not to a second flood.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, Integer, bindparam, exists, func, select
from sqlalchemy.dialects import postgresql, sqlite

from maildesk.mail.owners import organisation_of, person_of
from maildesk.store.rows.columns import BigId, Instant
from maildesk.store.rows.prepared import Prepared
from maildesk.store.schema import automatic, correspondents, outbox, suppressed

_MOST = 5000  # rows looked at: every limit is far below
_SINCE = bindparam("since", type_=Instant)
_TO_PERSON = (
    select(automatic.c.ticket_id)
    .where(automatic.c.person == bindparam("person"), automatic.c.at >= _SINCE)
    .limit(_MOST)
    .subquery("to_person")
)
_TO_ORGANISATION = (
    select(automatic.c.subject_key)
    .where(
        automatic.c.organisation == bindparam("organisation"),
        automatic.c.organisation != "",
        automatic.c.at >= _SINCE,
    )
    .limit(_MOST)
    .subquery("to_organisation")
)
_STANDING = Prepared(
    select(
        select(func.count()).select_from(_TO_PERSON).scalar_subquery().label("to_person"),
        select(func.count())
        .select_from(_TO_PERSON)
        .where(_TO_PERSON.c.ticket_id == bindparam("ticket", type_=BigId))
        .scalar_subquery()
        .label("about_ticket"),
        select(func.count())
        .select_from(_TO_ORGANISATION)
        .scalar_subquery()
        .label("to_organisation"),
        select(func.count())
        .select_from(_TO_ORGANISATION)
        .where(
            _TO_ORGANISATION.c.subject_key == bindparam("key"), _TO_ORGANISATION.c.subject_key != ""
        )
        .scalar_subquery()
        .label("same_subject"),
        exists()
        .where(
            suppressed.c.address == bindparam("address"),
            suppressed.c.until > bindparam("now_", type_=Instant),
        )
        .label("is_suppressed"),
        exists().where(correspondents.c.address == bindparam("address")).label("is_correspondent"),
    )
)
_PLANNED = Prepared(
    select(automatic.c.at)
    .where(automatic.c.organisation == bindparam("organisation"))
    .order_by(automatic.c.at.desc())
    .limit(1)
    .offset(bindparam("places", type_=Integer))
)
_INSERT = Prepared(automatic.insert(), ("at", "person", "organisation", "ticket_id", "subject_key"))


@dataclass(frozen=True, slots=True)
class Standing:
    """What was written to somebody of late, and by itself: to them, about the ticket, to their
    organisation, with the subject."""

    to_person: int
    about_ticket: int
    to_organisation: int
    same_subject: int
    is_suppressed: bool
    is_correspondent: bool  # they have answered a mail of ours


def standing_of(
    conn: Connection,
    recipient: str,
    *,
    since: datetime,
    now: datetime,
    ticket_id: int | None = None,
    subject_key: str = "",
) -> Standing:
    """How this address stands: the automatic mails since then, whether it is left alone for now,
    whether it has answered."""
    asked = {
        "address": recipient.lower(),
        "person": person_of(recipient),
        "organisation": organisation_of(recipient),
    }
    (row,) = _STANDING(
        conn, {**asked, "since": since, "now_": now, "ticket": ticket_id, "key": subject_key}
    )
    counts = (row.to_person, row.about_ticket, row.to_organisation, row.same_subject)
    return Standing(*counts, bool(row.is_suppressed), bool(row.is_correspondent))


def count(
    conn: Connection,
    recipient: str,
    at: datetime,
    *,
    counted: bool,
    ticket_id: int | None,
    subject_key: str,
) -> None:
    """One more automatic mail to this address; not `counted`: against nobody else of the
    organisation."""
    organisation = organisation_of(recipient) if counted else ""
    row = {"at": at, "person": person_of(recipient), "organisation": organisation}
    _INSERT(conn, {**row, "ticket_id": ticket_id, "subject_key": subject_key})


def room_at(
    conn: Connection, recipient: str, now: datetime, *, limit: int, period: timedelta
) -> datetime:
    """When the recipient's organisation has room for one more mail: so long after the last but
    `limit` as the period lasts."""
    if limit < 1:
        return now
    found = _PLANNED(conn, {"organisation": organisation_of(recipient), "places": limit - 1})
    return max(now, found[0].at + period) if found else now


def remember(conn: Connection, address: str, now: datetime) -> None:
    """This address has answered a mail of ours."""
    make = sqlite.insert if conn.dialect.name == "sqlite" else postgresql.insert
    conn.execute(
        make(correspondents).values(address=address.lower(), since=now).on_conflict_do_nothing()
    )


def was_sent_to(conn: Connection, message_ids: Sequence[str], address: str) -> bool:
    """Whether one of these is the Message-ID of a mail that we wrote to this very address; each of
    them has its own."""
    wanted = [one for one in message_ids if one][:40]
    if not wanted:
        return False
    found = (
        select(outbox.c.id)
        .where(outbox.c.message_id.in_(wanted), outbox.c.recipient == address.lower())
        .limit(1)
    )
    return conn.execute(found).first() is not None

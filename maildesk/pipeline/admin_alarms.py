"""Telling the admins: a mail into the outbox, whatever room found out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.effects import NotifyAdmins
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services


def tell_admins(services: Services, subject: str, text: str, once: str = "") -> bool:
    """Mail every admin of the desk; where even that cannot be done now, the log has it, and it was
    not done."""
    try:
        with services.db.write() as conn:
            tx = Transaction(conn, services, services.keeper.current.policy, services.now())
            kicks = apply(tx, [(New(), NotifyAdmins(subject=subject, text=text, once=once))])
    except TransientFailure as problem:
        log.error("admins_not_told", subject=subject, problem=str(problem)[:200])
        return False
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True

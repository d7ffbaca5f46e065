"""Where no script has calculated, a request of the web form waits for a code: mailed to the address
that was typed, in a mail that repeats nothing of it. Whoever types the code has that mailbox, and
the request is a ticket of an address that is proved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import DESK
from maildesk.desk.pages.form import PROVED_DOOR
from maildesk.desk.pages.form_effects import SendFormCode
from maildesk.mail.message import Envelope
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.apply import apply
from maildesk.pipeline.pages.mailed import CODE_LASTS
from maildesk.pipeline.transaction import New, Transaction
from maildesk.store import automatic
from maildesk.store.secrets import waiting_forms
from maildesk.store.secrets.waiting_forms import Waiting

if TYPE_CHECKING:
    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services


def mail_code(
    services: Services,
    form: str,
    message: tuple[bytes, str],
    address: str,
    language: str,
    code: str,
    digest: bytes,
) -> bool:
    """Let this message to an address of the desk wait, and mail its code; whether that was done,
    for there may have been too many."""
    raw, recipient = message
    key = mailbox_of(address)
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        standing = automatic.standing_of(conn, key, since=now - policy.loops.period, now=now)
        if standing.is_suppressed or standing.to_person >= policy.loops.per_address:
            return False
        waiting = Waiting(key, recipient, raw)
        if not waiting_forms.put(conn, form, waiting, digest, now, CODE_LASTS):
            return False
        tx = Transaction(conn, services, policy, now, DESK.by("web"))
        effect = SendFormCode(address=address, code=code, language=language, of=recipient)
        kicks = apply(tx, [(New(), effect)])
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True


def waiting(services: Services, form: str) -> Waiting | None:
    """The request of this form that waits, if there is one."""
    with services.db.read() as conn:
        return waiting_forms.of(conn, form)


def opened(services: Services, intake: Intake, form: str, digest: bytes, client: str) -> bool:
    """Spool the request that this is the code of; whether it was one. Spooled twice it is one."""
    with services.db.write() as conn:
        found = waiting_forms.proved(conn, form, digest, services.now())
    if found is None:
        return False
    to = (found.recipient,)
    intake.accept(found.raw, Envelope(found.address, to, via=PROVED_DOOR, peer=client))
    with services.db.write() as conn:
        waiting_forms.opened(conn, form)
    return True

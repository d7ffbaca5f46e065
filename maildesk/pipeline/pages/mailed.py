"""Mails that a page asks for: a code, or a new link. They go to the address on file, to nobody
else, and never more than a few of them within an hour, whoever presses the button."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.effects import SendToCustomer
from maildesk.desk.pages.mails import CODE, LINK
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import Transaction
from maildesk.store.desk import tickets
from maildesk.store.secrets import page_codes

if TYPE_CHECKING:
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.services import Services

DOOR = "web"
CODE_LASTS = timedelta(minutes=15)
_PERIOD = timedelta(hours=1)
_MOST = 20  # mails to one address, whoever asks; from one network there are fewer (see `web`)


def mail_code(services: Services, ticket_id: int, person: Person, code: str, digest: bytes) -> bool:
    """Mail this code; whether it was, for there may have been too many."""
    return _mail(services, ticket_id, person, CODE, code, digest)


def mail_link(services: Services, ticket_id: int, person: Person) -> bool:
    """Mail a new link; whether it was."""
    return _mail(services, ticket_id, person, LINK, "", None)


def _mail(
    services: Services,
    ticket_id: int,
    person: Person,
    template: str,
    text: str,
    digest: bytes | None,
) -> bool:
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        ticket = tickets.ticket(conn, ticket_id, policy, lock=True)
        owner = ticket.part_of(person.address) if ticket is not None else None
        address = mailbox_of(person.address)
        if ticket is None or owner is None:
            return False
        if page_codes.asked(conn, address, now - _PERIOD) >= _MOST:
            return False
        kind = "code" if digest is not None else "link"
        lasts = CODE_LASTS if digest is not None else timedelta(0)
        page_codes.write_down(conn, ticket_id, address, kind, now, digest=digest, lasts=lasts)
        effect = SendToCustomer(
            template=template, automatic=False, text=text, everyone=True, only=(owner.key,)
        )
        tx = Transaction(conn, services, policy, now, customer_acts(owner, DOOR))
        kicks = apply(tx, [(ticket, effect)])
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True

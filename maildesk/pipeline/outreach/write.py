"""One mail of a campaign: a ticket that waits for the customer, its mail in the outbox, and the row
that says so, in one transaction. Whoever is killed in between has done all of it or nothing, and
whoever goes on later sees who has had theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.desk.actor import operator_acts
from maildesk.desk.effects import AddMessage, Effect, OpenTicket, Record, SendToCustomer, SetStatus
from maildesk.desk.senders.contacts import as_known
from maildesk.desk.ticket import OUTREACH, Person, Status
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction, addressed
from maildesk.store.desk import contacts, outreach

if TYPE_CHECKING:
    from maildesk.config.customers.outreach_file import OutreachMail
    from maildesk.desk.policy import Policy
    from maildesk.pipeline.outreach.contact_list import Row
    from maildesk.pipeline.services import Services


def write(services: Services, campaign: str, mail: OutreachMail, row: Row, operator: str) -> str:
    """The reference of the new ticket; "" where this campaign has written to them meanwhile, or
    they have unsubscribed."""
    policy, now = services.keeper.current.policy, services.now()
    try:
        with services.db.write() as conn:
            if not outreach.may_write(conn, campaign, row.address):
                return ""
            person = as_known(Person(row.address, row.name), policy, contacts.Asked(conn))
            tx = Transaction(conn, services, policy, now, operator_acts(operator))
            kicks = apply(tx, addressed(New(), _effects(policy, campaign, mail, row, person)))
            ticket = tx.changes[-1].subject
            outreach.write_down(conn, campaign, row.address, ticket.id, now)
    except outreach.AlreadyWritten:
        return ""
    for row_id in kicks:
        services.kick("deliver", row_id)
    return ticket.reference


def _effects(
    policy: Policy, campaign: str, mail: OutreachMail, row: Row, person: Person
) -> list[Effect]:
    subject, written = mail.written_for(row.values)
    address = policy.desk_address(mail.address) or policy.addresses[0]
    queue = policy.queues[address.queue]
    return [
        OpenTicket(
            subject=subject,
            queue=queue.name,
            priority=address.priority or queue.priority,
            category=address.category or queue.category,
            requester=person,
            address=address.address,
            language=mail.language,
            channel=OUTREACH,
        ),
        AddMessage(
            kind="public",
            direction="out",
            sender=Person(address.address, address.name),
            text=written.text,
            reply=written.text,
            had=(person.key,),
        ),
        SetStatus(status=Status.WAITING),
        Record(what="outreach", detail={"campaign": campaign}),
        SendToCustomer(template="outreach", automatic=False, text=written.text, html=written.html),
    ]

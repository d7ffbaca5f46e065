"""The mail with the link: to an address that is on file, never to what somebody typed, and never
more than a few within an hour, whoever asks."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from maildesk.desk.actor import customer_acts
from maildesk.desk.pages.page_effects import SendLogIn
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.desk.ticket import Person
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.apply import apply
from maildesk.pipeline.pages.mailed import DOOR
from maildesk.pipeline.pages.mine.sessions import LASTS, PATH, digest_of, known_address
from maildesk.pipeline.transaction import New, Transaction
from maildesk.store.secrets import page_sessions

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services

_PERIOD, MOST = timedelta(hours=1), 20  # mails to one address; for one network fewer (see `web`)


def mail_link(services: Services, typed: str, browser: str, language: str) -> bool:
    """Mail a link to this address, if it is on file and has not had too many; whether it was."""
    with services.db.write() as conn:
        policy, now = services.keeper.current.policy, services.now()
        address = known_address(conn, policy, typed)
        key = mailbox_of(address)
        if not address or page_sessions.asked(conn, key, now - _PERIOD) >= MOST:
            return False
        number = page_sessions.write_down(conn, key, digest_of(browser), now, now + LASTS)
        until = (now + LASTS).date()
        signed = links.signature(services.ring, links.ON_PAGES, Purpose.LOG_IN, number, key, until)
        link = f"{services.settings.web.public_url}{PATH}/in/{signed}"
        tx = Transaction(conn, services, policy, now, customer_acts(Person(address), DOOR))
        effect = SendLogIn(address=address, link=link, language=language)
        kicks = apply(tx, [(New(), effect)])
    for row_id in kicks:
        services.kick("deliver", row_id)
    return True

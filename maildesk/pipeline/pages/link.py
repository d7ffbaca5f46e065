"""The links to the page of a ticket, and to that of its stars, made for one person.

It is in no mail that has to leave anything out: what somebody unknown has sent, perhaps in the name
of whom the mail goes to, is shown to nobody by a link of ours.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from maildesk.desk.mails.registry import mail_of
from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose

if TYPE_CHECKING:
    from maildesk.desk.mails.views import ActionView
    from maildesk.desk.ticket import Person
    from maildesk.pipeline.transaction import TicketChange

PATHS = {Purpose.PAGE: "/ticket/", Purpose.STARS: "/survey/"}


def seen_by(change: TicketChange) -> str:
    """The organisation of whose ticket it is, where others there may see it (see `mine`)."""
    name, policy = change.subject.requester.organisation, change.policy
    if not name or not policy.mine.offered or not change.services.settings.web.public_url:
        return ""
    looks = (one.organisation for one in policy.contacts if one.sees_organisation)
    return name if name in looks else ""


def of(change: TicketChange, template: str, person: Person) -> str:
    """The address of the page; "" where this mail has none."""
    if not change.policy.tracking.is_in(mail_of(template).link):
        return ""
    return _made(change, Purpose.PAGE, person)


def with_page(
    change: TicketChange, stars: tuple[ActionView, ...], person: Person
) -> tuple[ActionView, ...]:
    """These stars of a survey, leading to its page where the policy wants that and there is one."""
    wanted = change.policy.survey_page
    page = _made(change, Purpose.STARS, person) if stars and wanted.is_wanted else ""
    if not page:
        return stars
    return tuple(
        replace(one, page=page, mailto=one.mailto if wanted.has_mails else "") for one in stars
    )


def _made(change: TicketChange, purpose: Purpose, person: Person) -> str:
    public, ticket = change.services.settings.web.public_url, change.subject
    if not public or ticket.part_of(person.address) is None:
        return ""
    signed = change.tx.signature(links.ON_PAGES, purpose, ticket.id, person.address)
    return f"{public}{PATHS[purpose]}{signed}"

"""A move of the ticket, and the mail that says it is resolved."""

from __future__ import annotations

from maildesk.desk.effects import Effect, SendToCustomer, SetStatus
from maildesk.desk.policy import Policy
from maildesk.desk.reason import Why
from maildesk.desk.ticket import Move, Ticket, after
from maildesk.mail.html.sanitize import NOTHING, SafeHtml


def move(ticket: Ticket, how: Move, why: Why, *, assigned: bool | None = None) -> list[Effect]:
    """The effects of this move, none where the ticket stays as it is. Refused where the table has
    no such move."""
    target = after(
        ticket.behaviour, how, assigned=bool(ticket.assignee) if assigned is None else assigned
    )
    return [] if target is ticket.behaviour else [SetStatus(status=target, why=why)]


def resolution(
    text: str,
    author: str,
    policy: Policy,
    queue: str,
    *,
    with_message: bool = False,
    html: SafeHtml = NOTHING,
) -> Effect:
    """The mail that says it is resolved, with the stars; an agent's words make it
    an agent's reply."""
    return SendToCustomer(
        template="resolution",
        automatic=not text,
        text=text,
        html=html,
        author=author,
        everyone=bool(text),
        with_message=with_message,
        context={"survey": policy.surveys(queue)},
    )

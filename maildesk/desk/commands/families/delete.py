"""The command that erases a ticket: delete. Nothing takes it back, so it asks first.

It stands alone in its mail: words beside it would go to a customer whose ticket is being erased,
and a slip in another line must not be read as part of a yes.
"""

from __future__ import annotations

from collections.abc import Iterable

from maildesk.desk.commands import values
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec
from maildesk.desk.deletion.values import EraseTicket
from maildesk.desk.permissions import Permission
from maildesk.desk.problem import Problem

NAME = "delete"
ASKS = "asks_delete"  # the problem that whoever asks may confirm


def is_delete(commands: Iterable[Command]) -> bool:
    """Whether one of these erases the ticket."""
    return any(one.name == NAME for one in commands)


def _delete(value: tuple[str, ...], request: Request) -> Answer:
    ticket, others = request.ticket, request.others
    if not ticket.id or others.goes is None:
        return Problem("needs_ticket", {"command": NAME})
    for word in value:
        named = others.named.get(word)
        if named is None or ticket.reference not in (named.ticket.reference, named.into):
            return Problem("delete_another", {"word": word, "reference": ticket.reference})
    if not others.is_confirmed or others.goes.came_since:
        return Problem(ASKS, {"reference": ticket.reference})
    return [EraseTicket()]


def _sets(_value: tuple[str, ...], _request: Request) -> Iterable[Setting]:
    return (("deleted", True),)


SPECS = (
    Spec(
        name=NAME,
        words=(NAME, "erase"),
        argument="TKT-0007",
        does="erases the ticket with all that was said in it, for good; it asks first",
        needs=Permission.DELETE,
        reads=values.references_if_any,
        handler=_delete,
        sets=_sets,
        about=About.TWO,
    ),
)

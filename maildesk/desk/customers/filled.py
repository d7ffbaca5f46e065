"""Own fields that fill themselves: what a pattern of desk.yaml finds in what a customer wrote,
where the field is empty. A value that is there stays, whoever put it there."""

from __future__ import annotations

from collections.abc import Sequence

from maildesk.desk.effects import AddMessage, Effect, OpenTicket, SetField
from maildesk.desk.evolve import CUSTOM
from maildesk.desk.policy import Policy
from maildesk.desk.ticket import Status, Ticket


def filled(ticket: Ticket | None, effects: Sequence[Effect], policy: Policy) -> list[Effect]:
    """The fields that this message fills. Words of strangers fill none: they have no part in the
    ticket yet; nor do those of spam."""
    wanted = [one for one in policy.own_fields.values() if one.pattern is not None]
    said = next((one for one in effects if _is_customers(one)), None)
    if not wanted or not isinstance(said, AddMessage):
        return []
    opened = next((one for one in effects if isinstance(one, OpenTicket)), None)
    there = {} if ticket is None or opened is not None else ticket.fields
    if opened is None and (ticket is None or ticket.behaviour is Status.SPAM):
        return []
    texts = (opened.subject if opened is not None else "", said.reply or said.text)
    return [
        SetField(
            name=f"{CUSTOM}{one.name}", value=value, rule=f"desk.yaml custom_fields {one.name}"
        )
        for one in wanted
        if not there.get(one.name) and (value := one.found_in(*texts))
    ]


def _is_customers(effect: Effect) -> bool:
    return (
        isinstance(effect, AddMessage)
        and (effect.kind, effect.direction) == ("public", "in")
        and not (effect.agent or effect.automatic)
    )

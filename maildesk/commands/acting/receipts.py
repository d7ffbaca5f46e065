"""Who acts at the command line, and how it is told what became of it."""

from __future__ import annotations

import getpass
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import typer

from maildesk.commands.acting.called import DONE
from maildesk.commands.common import agent_named, one_line, print_json, say_here

if TYPE_CHECKING:
    from maildesk.desk.actor import Actor
    from maildesk.desk.commands.receipt import Receipt
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy


def who_acts(policy: Policy, me: str | None) -> Actor:
    """The agent that is named, by this door; else whoever is logged in here."""
    from maildesk.desk.actor import COMMAND_LINE, agent_acts, operator_acts

    if me is None:
        return operator_acts(getpass.getuser())
    return agent_acts(agent_named(policy, me), COMMAND_LINE)


def show_receipts(
    receipts: Sequence[Receipt], name: str, language: Language, *, dry: bool, as_json: bool
) -> None:
    """A line for each ticket; leaves with 1 where any was refused. Moments follow from the rest:
    --json has them."""
    from maildesk.views.receipts import receipt_list

    if as_json:
        print_json(receipt_list(receipts, language, dry=dry))
    for receipt in () if as_json else receipts:
        if receipt.problems:
            why = "; ".join(say_here(language, one) for one in receipt.problems)
            typer.echo(
                f"{one_line(receipt.reference or 'no ticket')}: not done: {one_line(why)}", err=True
            )
            continue
        changes = [
            f"{one.field} {_cell(one.before)} → {_cell(one.after)}"
            for one in receipt.changed
            if not isinstance(one.after or one.before, datetime | bool)
        ]
        mails = [f"{one.purpose} to {one.recipient}" for one in receipt.mails]
        told = ", ".join(changes) or DONE.get(name, "nothing to change")
        mailed = f"; mail: {', '.join(mails)}" if mails else ""
        mailed += "; mails that waited were stopped" if receipt.stopped else ""
        mailed += "".join(f"; {language.say(one)}" for one in receipt.left)
        print(one_line(f"{receipt.reference}: {'would be ' if dry else ''}done: {told}{mailed}"))
        for remark in receipt.remarks:
            print(one_line(f"{receipt.reference}: {language.say(remark)}"))
    if any(receipt.problems for receipt in receipts):
        raise typer.Exit(1)


def _cell(value: Any) -> str:
    if isinstance(value, frozenset):
        return "+".join(sorted(value)) or "none"
    if isinstance(value, tuple):
        return "+".join(getattr(one, "address", str(one)) for one in value) or "none"
    return str(value) if value not in ("", None) else "none"

"""`maildesk ticket new --for ADDRESS …`: a ticket in a customer's name, as `#new` above an agent's
mail opens one."""

from __future__ import annotations

from typing import Annotated

import typer

from maildesk.commands.acting.acts import whole_input
from maildesk.commands.acting.options import AsOption, DryOption
from maildesk.commands.acting.receipts import show_receipts, who_acts
from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    open_for_acting,
    say_if_mails_wait,
    stop,
)

HELP = "Open a ticket in a customer's name, as #new does above a mail."
_LONGEST = 78  # of a subject that is made of the words


def new_ticket(
    words: Annotated[
        str, typer.Argument(metavar="WORDS", help="What they want; - reads standard input.")
    ],
    whose: Annotated[
        str, typer.Option("--for", metavar="ADDRESS|NAME", help="Whose it is.", show_default=False)
    ],
    me: AsOption = None,
    subject: Annotated[
        str, typer.Option(help="What it is about; else how the words begin.")
    ] = "",
    via: Annotated[
        str, typer.Option(help="How they came to you: phone, chat, letter, visit, email, web.")
    ] = "",
    at: Annotated[
        str, typer.Option("--at", metavar="ADDRESS", help="At this address of the desk; else the "
                          "first.")
    ] = "",
    do: Annotated[
        list[str] | None,
        typer.Option("--do", metavar="COMMAND", help="On the new ticket: 'priority high', 'take'."),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="The customer is told nothing.")] = False,
    desk: DeskOption = None,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:  # fmt: skip
    """Open a ticket in a customer's name, as #new does above a mail."""
    from maildesk.pipeline.asked.opened import open_ticket

    text = whole_input() if words == "-" else words.strip()
    if not text:
        stop("maildesk: ticket new needs the customer's words", 2)
    way = f" via {via}" if via else ""
    lines = [f"new for {whose}{way}", *(["quiet"] if quiet else []), *(do or [])]
    about = " ".join(subject.split()) or _beginning(text)
    with open_for_acting(desk) as services:
        policy = services.keeper.current.policy
        address = policy.desk_address(at) if at else policy.addresses[0]
        if address is None:
            known = ", ".join(one.address for one in policy.addresses)
            stop(f"maildesk: {at} is no address of this desk; there are {known}", 2)
        written = ["#" + " ".join(line.lstrip("#＃").split()) for line in lines]
        receipt = open_ticket(
            services, who_acts(policy, me), address, written, about, text, dry=dry
        )
        language = policy.wording.english
    if not dry and receipt.mails:
        say_if_mails_wait(desk)
    show_receipts([receipt], "new", language, dry=dry, as_json=as_json)


def _beginning(text: str) -> str:
    """The first line of it, or as much as a subject has room for."""
    first = " ".join(text.splitlines()[0].split())
    if len(first) <= _LONGEST:
        return first
    return (
        first[:_LONGEST].rpartition(" ")[0] + " …" if " " in first[:_LONGEST] else first[:_LONGEST]
    )

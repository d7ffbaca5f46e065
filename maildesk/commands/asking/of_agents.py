"""`maildesk agents away|back|digest|bundle|remind|quiet-hours|notify AGENT`: what an agent tells
the desk of themselves by mail, told in their name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from maildesk.commands import completion
from maildesk.commands.acting.options import DryOption
from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    agent_named,
    one_line,
    open_for_acting,
    print_json,
    print_table,
    say_if_mails_wait,
)

AgentArgument = Annotated[
    str,
    typer.Argument(
        metavar="AGENT",
        help="The agent: an address, or a name.",
        autocompletion=completion.agents,
    ),
]

# How it is called here -> the command, and what it does.
_NOTICES = {
    "bundle": ("bundle", "Send an agent one mail per ticket and this time: 10m, off, default."),
    "remind": ("remind", "Remind an agent of tickets that need a response for so long: 4h, off."),
    "quiet-hours": ("quiet_hours", "Send an agent nothing in these hours: 20:00-7:00, off."),
    "notify": ("notify", "Say of what an agent is told: status off, +note, all, default."),
}


def away(
    agent: AgentArgument,
    until: Annotated[
        list[str],
        typer.Argument(metavar="UNTIL", help="Such as: until friday, 3 days, 24.12. until 2.1."),
    ],
    desk: DeskOption = None,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say that an agent is away until then: nothing is given to them meanwhile."""
    _told("away", agent, " ".join(until), desk, dry=dry, as_json=as_json)


def back(
    agent: AgentArgument,
    desk: DeskOption = None,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Say that an agent is here again."""
    _told("back", agent, "", desk, dry=dry, as_json=as_json)


def digest(
    agent: AgentArgument,
    when: Annotated[
        str, typer.Argument(metavar="TIME|on|off|now", help="When each day; nothing is now.")
    ] = "now",
    desk: DeskOption = None,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    """Mail an agent the digest of what waits for them: now, or each day at a time of theirs."""
    _told("digest", agent, when, desk, dry=dry, as_json=as_json)


def register(app: typer.Typer) -> None:
    """Put them below `maildesk agents`."""
    app.command("away", short_help="Say that an agent is away until then.")(away)
    app.command("back", short_help="Say that an agent is here again.")(back)
    app.command("digest", short_help="Mail an agent the digest, now or each day.")(digest)
    for name, (command, does) in _NOTICES.items():
        app.command(name, help=f"{does} Without a value: how it is.", short_help=does)(
            _of_notices(command)
        )


def _of_notices(command: str) -> Callable[..., None]:
    def told(
        agent: AgentArgument,
        value: Annotated[
            list[str] | None,
            typer.Argument(metavar="[VALUE]", help="As behind the command in a mail."),
        ] = None,
        desk: DeskOption = None,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        _told(command, agent, " ".join(value or ()), desk, dry=dry, as_json=as_json)

    return told


def _told(
    name: str, agent: str, value: str, desk: Path | None, *, dry: bool, as_json: bool
) -> None:
    """Have it done in the agent's name, and say what is so now."""
    from maildesk.commands.asking import third_person
    from maildesk.desk.commands.spec import Command
    from maildesk.pipeline.asked.of_agent import carried_out
    from maildesk.views.receipts import agent_receipt

    with open_for_acting(desk) as services:
        policy = services.keeper.current.policy
        found = agent_named(policy, agent)
        key = third_person.key_of(found, policy)
        language = third_person.of(found, policy.wording.english, policy)
        done = carried_out(services, found, Command(name, value.strip()), language, dry=dry)
        said = tuple(third_person.as_command_line(why, key) for why in done.said)
        lines = ((third_person.command_line(line, key), how) for line, how in done.notices)
        done = replace(done, said=said, notices=tuple(lines))
    if done.mails and not dry:
        say_if_mails_wait(desk)
    if as_json:
        print_json(agent_receipt(done, language, dry=dry))
    elif done.problems:
        why = "; ".join(map(language.say, done.problems))
        typer.echo(one_line(f"{found.name}: not done: {why}"), err=True)
    elif done.notices:
        print_table(("changed by", "is"), done.notices, "")
    else:
        words = f": {' '.join(map(language.because, done.said))}" if done.said else ""
        mailed = "".join(f"; mail: {one.purpose} to {one.recipient}" for one in done.mails)
        print(one_line(f"{found.name}: {'would be ' if dry else ''}done{words}{mailed}"))
    if done.problems:
        raise typer.Exit(1)

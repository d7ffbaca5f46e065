"""`maildesk agents list|password|renew`: who answers, a password to send mail with, and making
worthless the reply addresses that one of them was sent. The others are in `asking.of_agents`."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from maildesk.commands.asking import of_agents
from maildesk.commands.common import (
    CsvOption,
    DeskOption,
    JsonOption,
    agent_named,
    desk_folder,
    open_for_acting,
    opened,
    print_list,
    print_table,
    say_if_mails_wait,
    stop,
)
from maildesk.views.desk import agent_list

if TYPE_CHECKING:
    from maildesk.desk.policy import Agent, Policy

app = typer.Typer(
    no_args_is_help=True, help="Look at agents; say when they are away, and what they are told."
)
of_agents.register(app)


@app.command("list", short_help="List who answers, and when they are away.")
def list_agents(
    desk: DeskOption = None, as_json: JsonOption = False, as_csv: CsvOption = False
) -> None:
    """List the agents of agents.yaml, when they are away, what they chose of their notices, and
    when they last renewed their reply addresses.

    They are away as that file says, or as they told the desk; what they choose of their notices, by
    mail or here, counts before it.
    """
    from maildesk.desk.commands.families.notices import lines_of
    from maildesk.store import agents
    from maildesk.views.plain import minute

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        renewed = agents.renewals(conn)
        policy = policy.with_said(*agents.said(conn))
    if as_json or as_csv:
        whole = agent_list(policy, renewed)
        print_list(whole, "agent_list", as_json=as_json, as_csv=as_csv)
        return
    rows = (
        (
            *(a.address, a.name, a.role, ", ".join(a.teams), _away(a, policy)),
            ", ".join(lines_of(policy.chosen_by(a))),
            minute(renewed.get(a.address.lower()), policy.tz),
        )
        for a in policy.agents
    )
    zone = policy.tz
    columns = ("address", "name", "role", "teams", f"away ({zone})", "chosen", f"renewed ({zone})")
    print_table(columns, rows, "agents.yaml names nobody.")


def _away(agent: Agent, policy: Policy) -> str:
    """Until when they are away; of who is here, when they will be."""
    from maildesk.views.plain import minute

    now = datetime.now(UTC)
    if back := policy.back_at(agent, now):
        return f"until {minute(back, policy.tz)}"
    said = policy.absences.get(agent.address.lower(), ())
    coming = (one for one in (*agent.away, *said) if one.since is not None and one.since > now)
    first = min(coming, key=lambda one: one.since or now, default=None)
    return f"from {minute(first.since, policy.tz)}" if first else ""


@app.command("password")
def password(
    agent: of_agents.AgentArgument,
    desk: DeskOption = None,
) -> None:
    """Ask for a password and print its line for agents.yaml.

    With it the agent's mail program logs in to a listener with `protocol: submission` of
    settings.yaml, and what it sends is believed. The password itself is kept nowhere.
    """
    import secrets

    from maildesk.config.policy import load_policy
    from maildesk.config.senders.passwords import SHORTEST, hashed, prepared

    found = agent_named(load_policy(desk_folder(desk)), agent)
    said = typer.prompt(
        f"Password for {found.name}", hide_input=True, confirmation_prompt=True, err=True
    )
    if len(prepared(said) or "") < SHORTEST:
        stop(f"maildesk: at least {SHORTEST} letters, and no control characters", 2)
    print(f'password: "{hashed(said, secrets.token_bytes(16))}"')
    print(f"Put that line below {found.address} in agents.yaml.", file=sys.stderr)


@app.command("renew", short_help="Make the reply addresses of an agent worthless.")
def renew(
    agent: of_agents.AgentArgument,
    desk: DeskOption = None,
) -> None:
    """Make every reply address that this agent was sent so far worthless: one
    may be in wrong hands.

    Later notifications bring new ones. The agent's own answer to an older
    notification is held, and one tap lets it through.
    """
    from maildesk.pipeline.renewal import renew as renew_for

    with open_for_acting(desk) as services:
        found = agent_named(services.keeper.current.policy, agent)
        renew_for(services, found, f"{getpass.getuser()} (command line)")
    print(f"The reply addresses sent to {found.name} ({found.address}) so far no longer work.")
    print(
        f"Answers to older notifications are held until {found.name} confirms them with one tap; "
        "the next notification brings a new address."
    )
    print("They are told by mail.")
    say_if_mails_wait(desk)

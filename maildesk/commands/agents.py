"""`maildesk agents list|renew`: who answers, and making worthless the reply addresses that one of them was sent."""

from __future__ import annotations

import getpass
import secrets
from typing import Annotated

import typer

from maildesk.commands.common import DeskOption, JsonOption, agent_named, opened, print_json, print_table, when

app = typer.Typer(no_args_is_help=True, help="Look at agents; renew their reply addresses.")


@app.command("list")
def list_agents(desk: DeskOption = None, as_json: JsonOption = False) -> None:
    """List the agents of agents.yaml, and when they last renewed their reply addresses."""
    from maildesk.store import agents

    with opened(desk) as (db, policy, _, _), db.read() as conn:
        renewed = agents.renewals(conn)
    if as_json:
        found = [(a, renewed.get(a.address.lower())) for a in policy.agents]
        print_json([{"address": a.address, "name": a.name, "role": a.role, "teams": a.teams, "renewed_at": at} for a, at in found])
        return
    rows = ((a.address, a.name, a.role, ", ".join(a.teams), when(renewed.get(a.address.lower()))) for a in policy.agents)
    print_table(("address", "name", "role", "teams", "renewed (UTC)"), rows, "agents.yaml names nobody.")


@app.command("renew")
def renew(
    agent: Annotated[str, typer.Argument(metavar="AGENT", help="The agent: an address, or a name.")], desk: DeskOption = None
) -> None:
    """Make every reply address that this agent was sent so far worthless: one may be in wrong hands.

    Later notifications bring new ones. The agent's own answer to an older
    notification is held, and one tap lets it through.
    """
    from maildesk.config.keys import keys_there
    from maildesk.config.watch import PolicyKeeper
    from maildesk.daemon import signature
    from maildesk.desk.threads.links import KeyRing
    from maildesk.pipeline.renewal import renew as renew_for
    from maildesk.pipeline.services import Services, utc_now
    from maildesk.store.blobs import Blobs

    with opened(desk) as (db, policy, settings, folder):
        found = agent_named(policy, agent)
        services = Services(
            db=db,
            blobs=Blobs(folder / settings.blobs, settings.blob_inline_limit),
            keeper=PolicyKeeper(folder),
            ring=KeyRing(dict(keys_there(settings, folder)) or {"0": secrets.token_bytes(32)}),  # this mail has no signed address
            settings=settings,
            desk=folder,
            owner="command line",
            kick=lambda _stage, _row: None,
            now=utc_now,
            sign=signature(settings),
        )
        renew_for(services, found, f"{getpass.getuser()} (command line)")
    print(f"No reply address that {found.name} ({found.address}) was sent so far works any more.")
    print("Answers to older notifications are held until they tap once; the next notification brings a new address.")
    print("They are told by mail.")

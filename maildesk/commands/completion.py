"""`maildesk completion`: what makes a shell complete commands, options, and the names that the desk
folder has: views, statuses, labels, agents.

The shell asks this program at every press of the key, by a variable of the environment; Typer,
which reads the command line anyway, answers. Names come from the desk's files alone: no database
is opened. Files that cannot be read complete nothing, and say nothing into somebody's prompt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import desk_folder, one_of
from maildesk.errors import MaildeskError

if TYPE_CHECKING:
    from maildesk.desk.policy import Policy

_ASKS = "_MAILDESK_COMPLETE"
SHELLS = ("bash", "zsh", "fish")


def completion(
    shell: Annotated[str, typer.Argument(metavar="SHELL", help="bash, zsh or fish.")],
) -> None:
    """Print what makes a shell complete commands, options and the desk's names.

    For bash: maildesk completion bash > ~/.local/share/bash-completion/completions/maildesk
    """
    # Typer's module has it from another, and does not say that it is meant for us
    from typer.completion import get_completion_script  # type: ignore[attr-defined]

    chosen = one_of(shell, SHELLS, "shell")
    print(get_completion_script(prog_name="maildesk", complete_var=_ASKS, shell=chosen))


def answer_shells() -> None:
    """Make Typer know how each shell asks, where one does now."""
    if os.environ.get(_ASKS):
        from typer.completion import completion_init  # type: ignore[attr-defined] # as above

        completion_init()


def views(ctx: typer.Context, incomplete: str) -> list[str]:
    """Names of views."""
    from maildesk.desk.filters import named

    return _beginning(incomplete, _asked(ctx, named.views))


def agents(ctx: typer.Context, incomplete: str) -> list[str]:
    """The addresses of agents."""
    return _beginning(incomplete, _asked(ctx, _agents))


def values(ctx: typer.Context, incomplete: str) -> list[str]:
    """What may stand behind the references of `maildesk ticket COMMAND`."""
    return _beginning(incomplete, _asked(ctx, _VALUES.get(ctx.info_name or "", lambda _: ())))


def _agents(policy: Policy) -> Iterable[str]:
    return [agent.address for agent in policy.agents]


def _teams(policy: Policy) -> Iterable[str]:
    return dict.fromkeys((*policy.queues, *sorted(policy.teams)))


_VALUES: dict[str, Callable[[Policy], Iterable[str]]] = {
    "assign": lambda policy: [*_agents(policy), *_teams(policy), "none"],
    "follow": _agents,
    "unfollow": _agents,
    "status": lambda policy: policy.statuses,
    "priority": lambda policy: policy.priorities,
    "queue": lambda policy: policy.queues,
    "category": lambda policy: policy.categories,
    "type": lambda policy: policy.types,
    "label": lambda policy: [f"{sign}{label}" for sign in "+-" for label in policy.labels],
    "set": lambda policy: [f"{field}=" for field in policy.custom_fields],
    "canned": lambda policy: dict.fromkeys(one.shortcut for one in policy.canned),
}


def _asked(ctx: typer.Context, names: Callable[[Policy], Iterable[str]]) -> Iterable[str]:
    from maildesk.config.policy import load_policy

    try:
        return names(load_policy(desk_folder(ctx.params.get("desk"))))
    except (MaildeskError, OSError):
        return ()


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.startswith(incomplete)]

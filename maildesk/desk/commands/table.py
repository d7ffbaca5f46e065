"""The one table of commands. A family of them is a module beside this one with `SPECS`.

`#help` stands here, since it is about the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maildesk.desk.commands import attention, fields, moves, people, words
from maildesk.desk.commands.allowed import refused
from maildesk.desk.commands.spec import Answer, Command, Request, Spec
from maildesk.desk.effects import NotifyAgents
from maildesk.desk.policy import Policy


def _help(_command: Command, request: Request) -> Answer:
    """The agent gets the table in their language, as far as their role goes."""
    theirs = [
        name for name, spec in COMMANDS.items() if refused(spec, Command(name), request) is None
    ]
    context = {"commands": tuple(theirs)}
    return [NotifyAgents(agents=(request.by.address,), template="agent_commands", context=context)]


_HELP = Spec(
    name="help",
    words=("help", "commands"),
    does="brings you this list",
    needs=None,
    for_agents=True,
    handler=_help,
    about_ticket=False,
    tells_itself=True,
)
_FAMILIES = (moves, people, words, fields, attention)
COMMANDS: Mapping[str, Spec] = {
    spec.name: spec for spec in (*(one for family in _FAMILIES for one in family.SPECS), _HELP)
}
ENGLISH: Mapping[str, str] = {
    word: spec.name for spec in COMMANDS.values() for word in spec.words
}  # spelling -> name


def name_of(word: str, policy: Policy) -> str:
    """The command that this word means, in any language the desk has mails in; empty
    where it means none."""
    return ENGLISH.get(word) or policy.wording.commands.get(word, "")


def spellings(policy: Policy) -> list[str]:
    """Every word that means a command."""
    return list(dict.fromkeys((*ENGLISH, *policy.wording.commands)))


def reach_outside(commands: Iterable[Command]) -> bool:
    """Whether one of these brings somebody in, or writes to the customer in passing."""
    return any(COMMANDS[one.name].reaches_outside(one.value) for one in commands)

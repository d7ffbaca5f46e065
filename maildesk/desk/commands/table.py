"""The one table of commands. A family of them is a module of `families`, with `SPECS`.

`#help` stands here, since it is about the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maildesk.desk.answers import ShownCommands
from maildesk.desk.commands.allowed import refused
from maildesk.desk.commands.families import (
    absence,
    archive,
    attention,
    belonging,
    canned,
    delete,
    digest,
    fields,
    followers,
    many,
    moves,
    notices,
    opening,
    people,
    questions,
    recipients,
    sleep,
    undo,
    words,
)
from maildesk.desk.commands.problems import nearest
from maildesk.desk.commands.spec import About, Answer, Beside, Command, Given, Request, Spec
from maildesk.desk.effects import AnswerAgent, NotifyAgents
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem

_SHORTEST = 3  # letters of a shortened word
_A_SLIP, _NEAR = 0.8, 0.5  # how much alike a word is to the one that was meant
Wanted = tuple[str, str]  # a command's name, and the word it was asked about by


def _wanted(command: Command, policy: Policy) -> Wanted:
    """The command that is asked about, by any of its words."""
    word = _asked_about(command)
    names = meanings(word, policy)
    return names[0] if len(names) == 1 else "", word


def _asked_about(command: Command) -> str:
    return command.value.partition(" ")[0].strip("#＃/").lower()


def _help(value: Wanted, request: Request) -> Answer:
    """The agent gets the table in their language, as far as their role goes; or the one command
    that they asked about."""
    name, word = value
    said: tuple[Problem, ...] = ()
    if word and not name:
        policy, who = request.policy, request.policy.agent(request.by.address)
        said = (unknown(word, policy, who.language if who else policy.default_language),)
        name = name_of(said[0].nearest[1:], policy)
    theirs = tuple(name for name, spec in COMMANDS.items() if refused(spec, None, request) is None)
    if name:
        missing = refused(COMMANDS[name], None, request)
        said, theirs = (*said, *([missing] if missing is not None else ())), (name,)
    agent = request.by.address
    if not request.ticket.id:
        return [AnswerAgent(agent=agent, told=(ShownCommands(request.line, theirs, said),))]
    context = {"commands": theirs, "remarks": said}
    return [NotifyAgents(agents=(agent,), template="agent_commands", context=context)]


_HELP = Spec(
    name="help",
    words=("help", "commands"),
    argument="snooze",
    does="explains this command; alone it brings you the list of all",
    needs=None,
    reads=_wanted,
    for_agents=True,
    handler=_help,
    about=About.NO_TICKET,
    takes_value=False,
    tells_itself=True,
)
_FAMILIES = (
    *(
        moves,
        archive,
        sleep,
        people,
        followers,
        words,
        recipients,
        canned,
        fields,
        belonging,
        delete,
        attention,
    ),
    *(opening, absence, digest, notices, questions, many, undo),
)
COMMANDS: Mapping[str, Spec] = {
    spec.name: spec for spec in (*(one for family in _FAMILIES for one in family.SPECS), _HELP)
}
ENGLISH: Mapping[str, str] = {
    word: spec.name for spec in COMMANDS.values() for word in spec.words
}  # spelling -> name


def name_of(word: str, policy: Policy) -> str:
    """The command that this word means, in any language the desk has mails in; empty for none."""
    return ENGLISH.get(word) or policy.wording.commands.get(word, "")


def meanings(word: str, policy: Policy) -> tuple[str, ...]:
    """The commands that this word means, or is short for in any of those languages; one of so few
    letters that a slip may have made them means none."""
    if name := name_of(word, policy):
        return (name,)
    every = {**policy.wording.commands, **ENGLISH} if len(word) >= _SHORTEST else {}
    return tuple(dict.fromkeys(name for one, name in every.items() if one.startswith(word)))


def unknown(word: str, policy: Policy, language: str, line: str = "") -> Problem:
    """Why this word is no command, with the nearest one, or what it may be short for, in the words
    of this language; in another only where it is nearly that."""
    own = policy.wording.of(language).commands
    theirs = {word: name for name, one in own.items() for word in one.words}
    words = {**theirs, **ENGLISH}
    if len(meant := meanings(word, policy)) > 1:
        first = {name: one for one, name in reversed(words.items()) if one.startswith(word)}
        short = tuple(f"#{first[name]}" for name in meant if name in first)
        if len(short) > 1:
            return Problem("short_for_several", {"word": word}, line, known=short)
    tried = ((words, _A_SLIP), (policy.wording.commands, _A_SLIP), (words, _NEAR))
    close = next((one for known, least in tried if (one := nearest(word, known, "#", least))), "")
    return Problem("no_command", {"word": word}, line, close)


def given(command: Command, policy: Policy) -> Given | Problem:
    """The command with what its value means; the only place where a value is read."""
    spec = COMMANDS[command.name]
    value = spec.reads(command, policy)
    return value if isinstance(value, Problem) else Given(command, spec, value)


def takes(command: Command, policy: Policy) -> bool:
    """Whether this value is one that the command takes, where the line might as well be text: of
    #help only the name of a command is."""
    spec = COMMANDS[command.name]
    if spec is _HELP and " " not in command.value:
        return not command.value or bool(name_of(_asked_about(command), policy))
    if command.value and not spec.takes_value:
        return False
    return not isinstance(spec.reads(command, policy), Problem)


def handled(one: Given, request: Request) -> Answer:
    """What one command does here, or why it may or can not be done."""
    missing = refused(one.spec, one.value, request)
    return one.spec.handler(one.value, request) if missing is None else missing


def tells_itself(command: Command) -> bool:
    """Whether what it does is seen in a mail of its own."""
    spec = COMMANDS[command.name]
    return spec.tells_itself or (spec.lists_alone and not command.value)


def takes_the_text(commands: Iterable[Command]) -> bool:
    """Whether one of these says of the text beside it who reads it, and brings none itself."""
    found = ((COMMANDS[one.name], one.value) for one in commands)
    return any(s.beside in (Beside.NOTE, Beside.REPLY) and not v for s, v in found)


def writes_to_customer(commands: Iterable[Command]) -> bool:
    """Whether the customer gets words by one of these."""
    return any(
        COMMANDS[one.name].beside is Beside.REPLY or one.name == "resolve" for one in commands
    )


def to_everybody(commands: Iterable[Command]) -> bool:
    """Whether the text beside these goes to all who take part."""
    return any(COMMANDS[one.name].to_everybody for one in commands)


def reach_outside(commands: Iterable[Command], policy: Policy) -> bool:
    """Whether one of these brings somebody in, or writes to the customer in passing."""
    found = (given(one, policy) for one in commands)
    return any(isinstance(one, Given) and one.spec.reaches_outside(one.value) for one in found)

"""`maildesk ticket assign|note|reply|resolve|label …`: act on tickets from the command line.

Each is a command of the one table, carried out as an agent's mail would be; only who acts and how
it is written differs. Several references may be named; each ticket is done or refused by itself.
`--note` and `--reply` are the words that would stand beside the command in a mail.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from maildesk.commands.acting import of_query
from maildesk.commands.acting.called import (
    BARE,
    BELONGING,
    CALLED,
    MANY,
    MAY_BE_BARE,
    READS,
    TO_CUSTOMERS,
    VALUED,
    WORDS,
)
from maildesk.commands.acting.of_query import ForOption, SureOption
from maildesk.commands.acting.options import (
    AllOption,
    AsOption,
    BccOption,
    CcOption,
    DryOption,
    NoteOption,
    References,
    ReplyOption,
    ToOption,
    Words,
    YesOption,
)
from maildesk.commands.acting.receipts import show_receipts, who_acts
from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    open_for_acting,
    say_if_mails_wait,
    stop,
)
from maildesk.commands.lists import WORDS as MINUS
from maildesk.commands.lists import no_options

if TYPE_CHECKING:
    from pathlib import Path

    from maildesk.desk.commands.spec import Command
    from maildesk.desk.policy import Policy
    from maildesk.pipeline.services import Services

_FOR_ONE = ("to", "bcc")  # of many answers each has recipients of its own
_UNDO = "Take back the last that you, or the agent, did to these tickets, within a day."


@dataclass(frozen=True)
class Wish:
    """How a command is wanted: at which desk, by whom, whether at all; and for which query, and
    whether of that nobody is to be asked."""

    name: str
    desk: Path | None
    me: str | None
    dry: bool
    as_json: bool
    whom: str | None = None
    is_sure: bool = False


def register(app: typer.Typer) -> None:
    """Put them below `maildesk ticket`."""
    for name, (_, words) in CALLED.items():
        app.command(name, help=words, short_help=words, context_settings=MINUS)(_door(name))
    for name, (_, words) in BELONGING.items():
        app.command(name, help=words, short_help=words)(_door_for_two(name))
    app.command("undo", help=_UNDO, short_help=_UNDO)(_undo)


def _door(name: str) -> Callable[..., None]:
    if name in TO_CUSTOMERS:
        return _door_outside(name)
    if name in WORDS:
        return _door_of_words(name)
    return _door_of_references(name) if name in BARE else _door_with_value(name)


def _door_of_references(name: str) -> Callable[..., None]:
    """One that has no value: there are only tickets."""

    def door(
        references: References = None,
        desk: DeskOption = None,
        me: AsOption = None,
        note: NoteOption = None,
        reply: ReplyOption = None,
        whom: ForOption = None,
        yes: SureOption = False,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        wish = Wish(name, desk, me, dry, as_json, whom, yes)
        _on_tickets(wish, references, _beside(note=note, reply=reply))

    return door


def _door_with_value(name: str) -> Callable[..., None]:
    def door(
        words: Words = None,
        desk: DeskOption = None,
        me: AsOption = None,
        note: NoteOption = None,
        reply: ReplyOption = None,
        whom: ForOption = None,
        yes: SureOption = False,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        wish = Wish(name, desk, me, dry, as_json, whom, yes)
        _on_tickets(wish, words, _beside(note=note, reply=reply))

    return door


def _door_of_words(name: str) -> Callable[..., None]:
    def door(
        words: Words = None,
        desk: DeskOption = None,
        me: AsOption = None,
        whom: ForOption = None,
        yes: SureOption = False,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        _on_tickets(Wish(name, desk, me, dry, as_json, whom, yes), words, ())

    return door


def _door_outside(name: str) -> Callable[..., None]:
    """One whose words go to people: whom else, or instead, options say."""

    def door(
        words: Words = None,
        desk: DeskOption = None,
        me: AsOption = None,
        to: ToOption = None,
        cc: CcOption = None,
        bcc: BccOption = None,
        to_all: AllOption = False,
        whom: ForOption = None,
        yes: SureOption = False,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        from maildesk.desk.commands.spec import Command

        named = {"to": to, "cc": cc, "bcc": bcc}
        beside = [Command(one, ", ".join(found)) for one, found in named.items() if found]
        beside += [Command("all")] if to_all else []
        _on_tickets(Wish(name, desk, me, dry, as_json, whom, yes), words, beside)

    return door


def _beside(*, note: str | None, reply: str | None) -> list[Command]:
    """The words beside a command, as commands of their own."""
    from maildesk.desk.commands.spec import Command

    if note == "-" and reply == "-":
        stop("maildesk: standard input is read once: for --note or for --reply", 2)
    given = {"note": note, "reply": reply}
    read = {name: whole_input() if words == "-" else words for name, words in given.items()}
    for name, words in read.items():
        if words is not None and not words.strip():
            stop(f"maildesk: --{name} has no words", 2)
    return [Command(name, words.strip()) for name, words in read.items() if words is not None]


def _on_tickets(wish: Wish, words: Sequence[str] | None, beside: Sequence[Command]) -> None:
    """The command of this name on the tickets that are named, with those beside it."""
    name = wish.name
    references, value = _parted(name, no_options(words or ()), has_query=wish.whom is not None)
    value = whole_input() if value == "-" and name in READS else value
    for_one = [one.name for one in beside if one.name in _FOR_ONE]
    if for_one and len(references) != 1:
        stop(f"maildesk: --{for_one[0]} is for the answer to one ticket, and more are named", 2)
    with open_for_acting(wish.desk) as services:
        policy = services.keeper.current.policy
        if name in READS and _is_ticket(services, value):
            stop(f"maildesk: {value} is a ticket; the words are missing behind it", 2)
        _act(services, wish, _commands(name, value, beside, policy), references)


def _door_for_two(name: str) -> Callable[..., None]:
    def door(
        references: Annotated[list[str], typer.Argument(metavar="TICKET OTHERS...")],
        desk: DeskOption = None,
        me: AsOption = None,
        yes: YesOption = False,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        from maildesk.desk.commands.spec import Command

        ticket, *others = dict.fromkeys(references)
        if not others and name not in ("unmerge", "split"):
            stop(f"maildesk: ticket {name} needs two references or more", 2)
        for word in references:
            check_reference(word)
        command = Command(BELONGING[name][0], " ".join(others or _itself(name, ticket)))
        with open_for_acting(desk) as services:
            wish = Wish(name, desk, me, dry, as_json)
            _act(services, wish, [command], [ticket], is_confirmed=yes)

    return door


def _itself(name: str, ticket: str) -> list[str]:
    """`unmerge TKT-0009`, which leads to the ticket that it is part of: that one."""
    return [ticket] if name == "unmerge" else []


def _undo(
    references: References = None,
    desk: DeskOption = None,
    me: AsOption = None,
    whom: ForOption = None,
    yes: SureOption = False,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    from maildesk.desk.commands.spec import Command

    if not references and whom is None:
        stop("maildesk: ticket undo needs at least one reference, or --for QUERY", 2)
    for word in references or ():
        check_reference(word)
    with open_for_acting(desk) as services:
        undo = Command("undo", line="#undo")
        wish = Wish("undo", desk, me, dry, as_json, whom, yes)
        _act(services, wish, (undo,), references or ())


def _act(
    services: Services,
    wish: Wish,
    commands: Sequence[Command],
    references: Sequence[str],
    *,
    is_confirmed: bool = False,
) -> None:
    """Carry them out on each of these, and show what became of it."""
    from maildesk.pipeline.act import act

    policy, dry = services.keeper.current.policy, wish.dry
    if wish.whom is not None:
        is_sure = wish.is_sure or dry
        references = of_query.references(services, wish.whom, wish.me, commands, is_sure=is_sure)
        if not references and not wish.as_json:
            print("No tickets match.")
    who = who_acts(policy, wish.me)
    receipts = act(services, who, commands, references, dry=dry, is_confirmed=is_confirmed)
    if not dry and any(receipt.mails for receipt in receipts):
        say_if_mails_wait(wish.desk)
    show_receipts(receipts, wish.name, policy.wording.english, dry=dry, as_json=wish.as_json)


def whole_input() -> str:
    """The words from standard input."""
    words = sys.stdin.buffer.read().decode("utf-8", "replace").replace("\r\n", "\n").strip()
    if not words:
        stop("maildesk: standard input has no words", 2)
    return words


def _parted(name: str, words: Sequence[str], *, has_query: bool) -> tuple[list[str], str]:
    """The references, and the value behind them; where a query says which tickets, there is only
    the value."""
    at = 0 if has_query else _references_end(name, words)
    references, value = list(dict.fromkeys(words[:at])), " ".join(words[at:]).strip()
    for word in references:
        check_reference(word, name)
    if has_query and value and name in BARE:
        stop(f"maildesk: --for stands instead of references, and {value} is there as well", 2)
    if not value and name in VALUED and name not in MAY_BE_BARE:
        where = "" if has_query else " behind the references"
        stop(f"maildesk: ticket {name} needs a value{where}", 2)
    return references, value


def _references_end(name: str, words: Sequence[str]) -> int:
    """How many of these words are references."""
    if name in BARE:
        at = len(words)
    elif name in MANY:
        signs = [n for n, word in enumerate(words) if word[:1] in "+-"]
        at = signs[0] if signs else len(words) - 1
    elif name in MAY_BE_BARE and words and any(map(str.isdecimal, words[-1])):
        at = len(words)
    else:
        at = len(words) - 1
    if at < 1 and name not in BARE and any(map(str.isdecimal, words[0] if words else "")):
        _stop_without_value(name, words[0])
    if at < 1:
        behind = "" if name in BARE else ", and the value behind it"
        needs = f"at least one reference{behind}; or --for QUERY"
        stop(f"maildesk: ticket {name} needs {needs}", 2)
    return at


def _stop_without_value(name: str, reference: str) -> NoReturn:
    """There is the ticket, and nothing else."""
    call = f"maildesk ticket {name} {reference}"
    if name in READS:
        says = f'{call} "…", or - for standard input'
        stop(f"maildesk: ticket {name} needs words behind the references: {says}", 2)
    stop(f"maildesk: ticket {name} needs a value behind the references: {call} …", 2)


def check_reference(word: str, name: str = "") -> None:
    """Leave where this names no ticket."""
    if not any(letter.isdecimal() for letter in word):
        hint = "; words go behind --reply or --note" if name in BARE else ""
        stop(f"maildesk: {word} is no reference of a ticket{hint}", 2)


def _commands(
    name: str, value: str, beside: Sequence[Command], policy: Policy
) -> tuple[Command, ...]:
    """The commands of the table; a status that there is not is a slip in the call."""
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.commands.table import given
    from maildesk.desk.problem import Problem

    called = CALLED[name][0]
    if called == "resolve":  # the answer that resolves it is the resolution, too
        value = next((one.value for one in beside if one.name == "reply"), "")
        beside = [one for one in beside if one.name != "reply"]
    command = Command(called, value)
    if name == "status" and isinstance(problem := given(command, policy), Problem):
        stop(f"maildesk: {policy.wording.english.say(problem)}", 2)
    return (*beside, command) if name in WORDS else (command, *beside)


def _is_ticket(services: Services, value: str) -> bool:
    """Whether the words are a reference: then they were forgotten."""
    from maildesk.store.desk import tickets

    if value.isdecimal() or " " in value:
        return False
    with services.db.read() as conn:
        return tickets.named(conn, services.keeper.current.policy, value) is not None

"""`maildesk ticket assign|note|reply|status|label …`: act on tickets from the command line.

Each is a command of the one table, carried out as an agent's mail would be; only who acts and how
it is written differs. Several references may be named; each ticket is done or refused by itself.
"""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from maildesk.commands import completion
from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    agent_named,
    one_line,
    open_for_acting,
    print_json,
    say_if_mails_wait,
    stop,
)
from maildesk.commands.lists import WORDS, no_options

if TYPE_CHECKING:
    from pathlib import Path

    from maildesk.desk.actor import Actor
    from maildesk.desk.commands.receipt import Receipt
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Policy
    from maildesk.pipeline.services import Services

Words = Annotated[
    list[str],
    typer.Argument(
        metavar="REFERENCE... VALUE",
        help="The tickets, then the value.",
        autocompletion=completion.values,
    ),
]
AsOption = Annotated[
    str | None,
    typer.Option(
        "--as", help="The agent who acts; else it is you.", autocompletion=completion.agents
    ),
]
YesOption = Annotated[
    bool,
    typer.Option("--yes", help="Also where not everybody has part in both."),
]
ToOption = Annotated[
    list[str] | None,
    typer.Option("--to", metavar="ADDRESS", help="This one answer goes there, and nowhere else."),
]
CcOption = Annotated[
    list[str] | None,
    typer.Option("--cc", metavar="ADDRESS", help="They take part from now on, and get it, too."),
]
BccOption = Annotated[
    list[str] | None,
    typer.Option("--bcc", metavar="ADDRESS", help="A copy that nobody else sees."),
]
DryOption = Annotated[bool, typer.Option("--dry", help="Say what would be done, and do nothing.")]
# How it is called here -> the command, and what its value is. An empty one takes none.
CALLED = {
    "assign": ("assign", "Give tickets to an agent, or to nobody."),
    "note": ("note", "Write a note for colleagues; - reads it from standard input."),
    "reply": (
        "reply",
        "Answer the customer, in the agent's name or the desk's; - reads standard input.",
    ),
    "canned": ("canned", "Answer the customer with a canned reply, by its shortcut."),
    "status": ("status", "Give them a status by its name, also one of the desk's own."),
    "label": ("tag", "Put labels on and take them off: +vip -bug."),
    "priority": ("priority", "Say how urgent they are."),
    "queue": ("queue", "Move tickets to another queue."),
    "category": ("category", "Say what they are about."),
    "type": ("type", "Say what they are: question, incident, problem, task."),
    "subject": ("subject", "Give a ticket another subject."),
    "set": ("set", "Fill in a field of your own: licence_key=HB-2231."),
    "cc": ("cc", "Say who takes part: +eva@example.org -tom@example.org."),
    "customer": ("customer", "Say which address is the customer's: the first, or another one."),
    "also": ("also", "Join an address with the customer's in all tickets: +ana@home.example, -…"),
    "spent": ("spent", "Add to the time worked: 15m."),
    "escalate": ("escalate", "Make tickets urgent, and tell the supervisors why."),
    "snooze": ("snooze", "Put tickets off: 2d, tomorrow, '3 business days'."),
    "wake": ("wake", "Wake tickets that were put off."),
    "archive": ("archive", "Put tickets that are resolved or closed away."),
    "unarchive": ("unarchive", "Bring them back into the lists."),
    "follow": ("follow", "Have an agent hear of tickets: one by name, or who acts (--as)."),
    "unfollow": ("unfollow", "The end of that."),
}
# The first reference is the ticket that stays, or is looked at; the others are what it is about.
BELONGING = {
    "merge": ("merge", "Make tickets part of the one that is named first; it keeps its number."),
    "unmerge": ("unmerge", "Take tickets out of the one they were merged into."),
    "link": ("link", "Say that tickets belong together; each stays one of its own."),
    "unlink": ("unlink", "Say that they do not belong together after all."),
    "split": ("split", "Make a message a ticket of its own: the last, or the one of this number."),
}
# What these do where no field of the ticket shows it.
_DONE = {
    "new": "opened",
    "note": "a note",
    "reply": "an answer",
    "canned": "an answer",
    "escalate": "escalated",
    "snooze": "put off",
    "wake": "awake",
    "archive": "archived",
    "unarchive": "in the lists again",
    "also": "the customer's addresses",
    "link": "linked",
    "unlink": "not linked any more",
    "split": "split",
    "delete": "deleted for good",
}
_TO_CUSTOMERS = ("reply", "canned")  # --to, --cc and --bcc say whom else, or instead
_FOR_ONE = ("to", "bcc")  # of many answers each has recipients of its own
_READS = ("note", "reply")  # `-` stands for standard input
# these need no value behind the references
_MAY_BE_BARE = ("follow", "unfollow", "wake", "archive", "unarchive")
_MANY = ("label", "cc", "also")  # what begins with + or - belongs to the value


_UNDO = "Take back the last that you, or the agent, did to these tickets, within a day."


def register(app: typer.Typer) -> None:
    """Put them below `maildesk ticket`."""
    for name, (_, words) in CALLED.items():
        app.command(name, help=words, short_help=words, context_settings=WORDS)(_door(name))
    for name, (_, words) in BELONGING.items():
        app.command(name, help=words, short_help=words)(_door_for_two(name))
    app.command("undo", help=_UNDO, short_help=_UNDO)(_undo)


def _door(name: str) -> Callable[..., None]:
    if name in _TO_CUSTOMERS:
        return _door_outside(name)

    def door(
        words: Words,
        desk: DeskOption = None,
        me: AsOption = None,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        _on_tickets(name, words, (), desk, me, dry=dry, as_json=as_json)

    return door


def _door_outside(name: str) -> Callable[..., None]:
    """One whose words go to people: whom else, or instead, options say."""

    def door(
        words: Words,
        desk: DeskOption = None,
        me: AsOption = None,
        to: ToOption = None,
        cc: CcOption = None,
        bcc: BccOption = None,
        dry: DryOption = False,
        as_json: JsonOption = False,
    ) -> None:
        from maildesk.desk.commands.spec import Command

        named = {"to": to, "cc": cc, "bcc": bcc}
        beside = [Command(one, ", ".join(found)) for one, found in named.items() if found]
        _on_tickets(name, words, beside, desk, me, dry=dry, as_json=as_json)

    return door


def _on_tickets(
    name: str,
    words: Sequence[str],
    beside: Sequence[Command],
    desk: Path | None,
    me: str | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    """The command of this name on the tickets that are named, with those beside it."""
    references, value = _parted(name, no_options(words))
    value = whole_input() if value == "-" and name in _READS else value
    for_one = [one.name for one in beside if one.name in _FOR_ONE]
    if for_one and len(references) > 1:
        stop(f"maildesk: --{for_one[0]} is for the answer to one ticket, and two are named", 2)
    with open_for_acting(desk) as services:
        policy = services.keeper.current.policy
        if CALLED[name][0] in ("note", "reply") and _is_ticket(services, value):
            stop(f"maildesk: {value} is a ticket; the words are missing behind it", 2)
        commands = (*beside, _command(name, value, policy))
        _act(services, name, commands, references, desk, me, dry=dry, as_json=as_json)


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
        from maildesk.pipeline.act import act

        ticket, *others = dict.fromkeys(references)
        if not others and name not in ("unmerge", "split"):
            stop(f"maildesk: ticket {name} needs two references or more", 2)
        for word in references:
            check_reference(word)
        with open_for_acting(desk) as services:
            policy = services.keeper.current.policy
            command = Command(BELONGING[name][0], " ".join(others or _itself(name, ticket)))
            who = who_acts(policy, me)
            receipts = act(services, who, [command], [ticket], dry=dry, is_confirmed=yes)
        if not dry and any(receipt.mails for receipt in receipts):
            say_if_mails_wait(desk)
        show_receipts(receipts, name, policy.wording.english, dry=dry, as_json=as_json)

    return door


def _itself(name: str, ticket: str) -> list[str]:
    """`unmerge TKT-0009`, which leads to the ticket that it is part of: that one."""
    return [ticket] if name == "unmerge" else []


def _undo(
    references: Annotated[list[str], typer.Argument(help="The tickets.")],
    desk: DeskOption = None,
    me: AsOption = None,
    dry: DryOption = False,
    as_json: JsonOption = False,
) -> None:
    from maildesk.desk.commands.spec import Command

    with open_for_acting(desk) as services:
        undo = Command("undo", line="#undo")
        _act(services, "undo", (undo,), references, desk, me, dry=dry, as_json=as_json)


def _act(
    services: Services,
    name: str,
    commands: Sequence[Command],
    references: Sequence[str],
    desk: Path | None,
    me: str | None,
    *,
    dry: bool,
    as_json: bool,
) -> None:
    """Carry them out on each of these, and show what became of it."""
    from maildesk.pipeline.act import act

    policy = services.keeper.current.policy
    receipts = act(services, who_acts(policy, me), commands, references, dry=dry)
    if not dry and any(receipt.mails for receipt in receipts):
        say_if_mails_wait(desk)
    show_receipts(receipts, name, policy.wording.english, dry=dry, as_json=as_json)


def whole_input() -> str:
    """The words from standard input."""
    words = sys.stdin.buffer.read().decode("utf-8", "replace").replace("\r\n", "\n").strip()
    if not words:
        stop("maildesk: standard input has no words", 2)
    return words


def _parted(name: str, words: Sequence[str]) -> tuple[list[str], str]:
    """The references, and the value behind them."""
    if name in _MANY:
        signs = [n for n, word in enumerate(words) if word[:1] in "+-"]
        at = signs[0] if signs else len(words) - 1
    elif name in _MAY_BE_BARE and words and any(map(str.isdecimal, words[-1])):
        at = len(words)
    else:
        at = len(words) - 1
    if at < 1:
        stop(f"maildesk: ticket {name} needs at least one reference, and the value behind it", 2)
    references, value = list(dict.fromkeys(words[:at])), " ".join(words[at:]).strip()
    for word in references:
        check_reference(word)
    if not value and name not in _MAY_BE_BARE:
        stop(f"maildesk: ticket {name} needs a value behind the references", 2)
    return references, value


def check_reference(word: str) -> None:
    if not any(letter.isdecimal() for letter in word):
        stop(f"maildesk: {word} is no reference of a ticket", 2)


def _command(name: str, value: str, policy: Policy) -> Command:
    """The command of the table; a status that there is not is a slip in the call."""
    from maildesk.desk.commands.spec import Command
    from maildesk.desk.commands.table import given
    from maildesk.desk.problem import Problem

    command = Command(CALLED[name][0], value)
    if name == "status" and isinstance(problem := given(command, policy), Problem):
        stop(f"maildesk: {policy.wording.english.say(problem)}", 2)
    return command


def _is_ticket(services: Services, value: str) -> bool:
    """Whether the words are a reference: then they were forgotten."""
    from maildesk.store.desk import tickets

    if value.isdecimal() or " " in value:
        return False
    with services.db.read() as conn:
        return tickets.named(conn, services.keeper.current.policy, value) is not None


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
            why = "; ".join(language.say(one) for one in receipt.problems)
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
        told = ", ".join(changes) or _DONE.get(name, "nothing to change")
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

"""`maildesk simulate` and `replay`: what would become of mail, with nothing written."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from maildesk.commands.common import (
    DeskOption,
    JsonOption,
    desk_folder,
    in_words,
    print_json,
    settings_of,
    stop,
)

if TYPE_CHECKING:
    from rich.console import Console

    from maildesk.desk.policy import Policy
    from maildesk.views.dry_runs import Foreseen


def simulate(
    path: Annotated[Path, typer.Argument(metavar="MAIL.EML", help="The message, as a file.")],
    desk: DeskOption = None,
    as_json: JsonOption = False,
    at: Annotated[
        str,
        typer.Option(
            "--at", help="As if it came then: 2026-11-20T22:30, in the desk's zone. Default: now."
        ),
    ] = "",
    sender: Annotated[
        str | None,
        typer.Option("--from", "-f", help="The envelope's reverse-path; default: its From."),
    ] = None,
    recipient: Annotated[
        list[str] | None,
        typer.Option("--to", "-t", help="The envelope's recipients; default: its To."),
    ] = None,
    peer: Annotated[
        str,
        typer.Option("--peer", help="The address that hands it over: 192.0.2.10. Default: none."),
    ] = "",
) -> None:
    """Show what would become of a message: its ticket, every rule and why, the deadlines, the
    mails. Nothing is written."""
    from maildesk.config.policy import load_policy
    from maildesk.errors import BadMessage
    from maildesk.pipeline.simulation import dry_run
    from maildesk.views import dry_runs as views

    try:
        raw = path.read_bytes()
    except OSError as problem:
        stop(f"maildesk: {path} cannot be read: {problem.strerror}", 1)
    with in_words():
        folder = desk_folder(desk)
        settings = settings_of(folder)
        policy = load_policy(folder)
        moment = _moment(at, policy) if at else None
        with dry_run.rehearsal(folder, settings, at=moment) as services:
            try:
                found = dry_run.foresee(
                    services,
                    raw,
                    dry_run.envelope_for(raw, policy, sender, recipient or (), peer),
                )
            except BadMessage as problem:
                stop(f"maildesk: {path} is no message: {problem}", 1)
    if as_json:
        print_json(views.dry_run(found))
    else:
        _Report(policy).show(found)


def replay(
    since: Annotated[str, typer.Option("--since", help="How far back: 7d, or a date.")] = "7d",
    desk: Annotated[
        Path | None, typer.Option("--desk", help="The new desk folder, to be tried.")
    ] = None,
    from_desk: Annotated[
        Path | None,
        typer.Option(
            "--from-desk",
            help="The desk whose mail it is; else $MAILDESK_DESK, else ./desk or this folder.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Try stored mail under another desk folder, and show what would be different.
    Nothing is written."""
    from maildesk.config.watch import load_in_force
    from maildesk.pipeline.services import utc_now
    from maildesk.pipeline.simulation.dry_run import rehearsal
    from maildesk.pipeline.simulation.replay import replay as tried
    from maildesk.views import dry_runs as views

    if desk is None:
        stop(
            (
                "maildesk: replay needs the new desk folder: a copy of the desk's, changed, with "
                "--desk"
            ),
            2,
        )
    if not desk.is_dir():
        stop(f"maildesk: there is no desk folder {desk}", 2)
    with in_words():
        own = desk_folder(from_desk)
        settings, other = settings_of(own), load_in_force(desk)
        with rehearsal(own, settings) as services:
            found = list(tried(services, other, _since(since, utc_now())))
    different = [one for one in found if one.changes]
    if as_json:
        print_json(views.replay(len(found), different))
        return
    for one in different:
        print(f"{one.at:%Y-%m-%d %H:%M}  {one.sender}  {_line(one.subject)}")
        for name, (before, after) in one.changes.items():
            _print_change(name, before, after)
    count = f"{len(found)} message{'' if len(found) == 1 else 's'}"
    print(f"{count} since {since}: {len(different) or 'none'} would be different.")


def _print_change(name: str, before: object, after: object) -> None:
    """A value that is another, or what a list has less and more."""
    name = name.replace("_", " ")
    if not isinstance(before, list) or not isinstance(after, list):
        print(f"    {name}: {_line(str(before))} → {_line(str(after))}")
        return
    print(f"    {name}:")
    for sign, these, those in (("-", before, after), ("+", after, before)):
        for each in these:
            if each not in those:
                print(f"      {sign} {_line(str(each))}")


def _since(text: str, now: datetime) -> datetime:
    from maildesk.desk.sla.periods import parse_period

    try:
        return now - parse_period(text)
    except ValueError:
        pass
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop(f'maildesk: --since takes a period such as 7d, or a date, not "{text}"', 2)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo("UTC"))


def _line(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text) or "nothing"


def _moment(text: str, policy: Policy) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop(f'maildesk: --at takes a time such as 2026-11-20T22:30, not "{text}"', 2)
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=policy.tz)


class _Report:
    """A dry run, told to a person."""

    def __init__(self, policy: Policy) -> None:
        from rich.console import Console

        self._console: Console = Console(highlight=False, soft_wrap=True)
        self._zone = policy.tz

    def show(self, found: Foreseen) -> None:
        """The whole of it, in the order in which it would happen."""
        self._ticket(found)
        self._rules(found)
        self._assignment(found)
        self._promises(found)
        self._mails(found)
        self._say("\nNothing was written and nothing was sent.", "dim")

    def _ticket(self, found: Foreseen) -> None:
        message, ticket = found.message, found.ticket
        sender = message.sender.address if message.sender else "nobody"
        self._say(f"{message.subject or '(no subject)'}", "bold")
        self._say(
            f"from {sender}, {message.kind.value.replace('_', ' ')}" + _reasons(message.reasons)
        )
        self._requester(found)
        if found.held:
            self._say(f"It would be held ({found.held.replace('_', ' ')}): {found.why}", "yellow")
        elif ticket is None:
            self._say(f"No ticket: {found.why}")
        elif found.is_new:
            self._say(f"A new ticket: {found.why}")
        else:
            self._say(f"{ticket.reference}: {found.why}")
        if ticket is not None:
            labels = f", labels {', '.join(sorted(ticket.labels))}" if ticket.labels else ""
            is_told = ticket.category and ticket.category != ticket.queue
            category = f" / {ticket.category}" if is_told else ""
            self._say(
                f"Ticket: {ticket.status}, priority {ticket.priority}, queue "
                f"{ticket.queue}{category}{labels}"
            )

    def _requester(self, found: Foreseen) -> None:
        """Who was taken for the one who asks, where From alone does not say it."""
        from maildesk.views.dry_runs import requester

        told = requester(found)
        if told is None or not (told["through"] or told["answers_to"] or told["notes"]):
            return
        name = f"{told['name']} <{told['address']}>" if told["name"] else told["address"]
        by = f" through {told['through']}" if told["through"] else ""
        self._say(f"The requester is {name}{by}: {told['why']}")
        if told["answers_to"]:
            self._say(f"Answers go to {told['answers_to']} (Reply-To)")
        for note in told["notes"]:
            self._say(f"Agents are told: {note}")

    def _rules(self, found: Foreseen) -> None:
        from maildesk.views.dry_runs import verdicts

        asked = verdicts(found.outcome)
        if asked:
            self._say("\nRules", "bold")
        for one in asked:
            mark, style = ("✓", "green") if one.matched else ("·", "dim")
            self._say(f"  {mark} {one.rule.file}:{one.rule.line}  {one.rule.name}", style)
            if not one.matched:
                self._say(f"      {one.because}", "dim")

    def _assignment(self, found: Foreseen) -> None:
        from maildesk.views.dry_runs import assignment

        if found.ticket is None:
            return
        chosen = assignment(found)
        self._say("\nAssignee", "bold")
        self._say(f"  {chosen['assignee'] or 'nobody'}: {chosen['why']}")
        for reason in chosen["reasons"]:
            self._say(f"      {reason}", "dim")

    def _promises(self, found: Foreseen) -> None:
        from maildesk.desk.sla.explain import why_not_due
        from maildesk.desk.sla.working_days import comes_to

        running = [clock for clock in found.clocks if clock.is_running]
        if running:
            self._say("\nService levels", "bold")
        for clock in running:
            due = (
                f"due {clock.due_at.astimezone(self._zone):%a %Y-%m-%d %H:%M %Z}"
                if clock.due_at
                else why_not_due(clock)
            )
            amount = comes_to(clock.target, clock.calendar)
            promise = f"{clock.level.name}, {clock.target} in {clock.calendar.name}"
            promise += f" = {amount}" if amount else ""
            self._say(f"  {clock.kind.replace('_', ' ')}: {due}  ({promise})")

    def _mails(self, found: Foreseen) -> None:
        from rich.panel import Panel
        from rich.text import Text

        self._say("\nMails" if found.mails else "\nNo mail would go out.", "bold")
        for mail in found.mails:
            head = Text(f"To: {mail.to}\nSubject: {mail.subject}\n\n", style="dim")
            head.append("\n".join(mail.text.strip().splitlines()), style="not dim")
            self._console.print(
                Panel(head, title=mail.template, title_align="left", border_style="green")
            )

    def _say(self, words: str, style: str = "") -> None:
        from rich.text import Text

        self._console.print(
            Text("".join(c if c.isprintable() or c == "\n" else " " for c in words), style=style)
        )


def _reasons(reasons: tuple[str, ...]) -> str:
    return f" ({', '.join(reasons)})" if reasons else ""

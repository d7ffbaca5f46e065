"""The commands. What each does lives in `maildesk.commands`; nothing heavy is loaded
before it is needed."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from maildesk import __version__
from maildesk.commands.pipe import answer, is_for_a_pipe

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    help="The helpdesk that lives in mail.",
    pretty_exceptions_enable=False,
)


@app.callback(invoke_without_command=True)
def _options(
    show_version: Annotated[
        bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)
    ] = False,
) -> None:
    if show_version:
        version()
        raise typer.Exit


def _register() -> None:
    from maildesk.commands import (
        check,
        completion,
        demo,
        dryrun,
        health,
        lists,
        mail,
        mailboxes,
        running,
        schema,
        table,
    )
    from maildesk.commands.asking.stats import stats
    from maildesk.commands.asking.who import who
    from maildesk.commands.oauth import authorize
    from maildesk.commands.pages import articles
    from maildesk.commands.setup.command import setup

    app.command(short_help="Set a desk up for an address, and measure it.")(setup)
    app.command(short_help="Make a desk ready to run; change nothing that is there.")(running.init)
    app.command(short_help="Run the desk until Ctrl-C.")(running.run)
    app.command(short_help="Look whether the desk's processes here are well.")(health.health)
    app.command(short_help="Find every mistake in the desk's files.")(check.check)
    app.command(
        "list", short_help="List the tickets of a view or a query.", context_settings=lists.WORDS
    )(lists.list_view)
    app.command(short_help="Find tickets by words.", context_settings=lists.WORDS)(lists.search)
    app.command(short_help="Show who somebody is, and all their tickets.")(who)
    app.command(short_help="Count the tickets of each view.")(stats)
    app.command(short_help="List which addresses of one customer were learnt.")(lists.contacts)
    app.command(short_help="Print what agents may write on the first lines of a mail.")(
        table.commands
    )
    app.command(short_help="List the canned replies.")(table.canned)
    app.command(short_help="List the help articles.")(articles.articles)
    app.command(short_help="Print the rules in force, or the built-in ones.")(table.rules)
    app.command(short_help="Show what would become of a message.")(dryrun.simulate)
    app.command(short_help="Show what another desk folder would do with stored mail.")(
        dryrun.replay
    )
    app.command(short_help="Watch a ticket from the question to the stars.")(demo.demo)
    app.command(short_help="Take one message from standard input.")(mail.inject)
    app.command(short_help="Show what is understood of messages.")(mail.parse)
    app.command(short_help="Let the desk into a mailbox by OAuth.")(authorize.authorize)
    app.command("send-test", short_help="Send a test mail through the relay.")(mail.send_test)
    app.command(short_help="Show how far each mailbox is read.")(mailboxes.mailboxes)
    app.command(short_help="Print the JSON Schemas of what --json prints.")(schema.schema)
    app.command(short_help="Print what makes a shell complete commands.")(completion.completion)
    app.command()(version)
    _register_groups()


def _register_groups() -> None:
    from maildesk.commands import agents, levels, outreach, queues, templates, tickets

    app.add_typer(tickets.app, name="ticket")
    app.add_typer(agents.app, name="agents")
    app.add_typer(levels.app, name="sla")
    app.add_typer(templates.app, name="template")
    app.command(short_help="Write to everybody in a contact list.")(outreach.outreach)
    app.add_typer(outreach.unsubscribed, name="unsubscribed")
    app.add_typer(queues.outbox, name="outbox")
    app.add_typer(queues.quarantine, name="quarantine")


def version(
    verbose: Annotated[bool, typer.Option("--verbose", help="Python's version too.")] = False,
) -> None:
    """Print the version."""
    print(f"maildesk {__version__}" + (f" (Python {sys.version.split()[0]})" if verbose else ""))


def main() -> None:
    """The entry point. Behind a mail server's pipe a failure is one sentence,
    wherever it happens."""
    if is_for_a_pipe(sys.argv[1:]):
        sys.exit(answer(_inject))
    _register()
    from maildesk.commands.completion import answer_shells
    from maildesk.log import configure

    answer_shells()
    configure(quiet=True)  # `run` has a log; of the others standard output is what was asked for
    app()


def _inject() -> object:
    _register()
    return app(standalone_mode=False)


if __name__ == "__main__":
    main()

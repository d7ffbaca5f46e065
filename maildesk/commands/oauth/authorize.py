"""`maildesk authorize`: the desk is let into a mailbox by OAuth, step by step, in the terminal."""

from __future__ import annotations

import sys
import threading
import webbrowser
from collections.abc import Callable
from time import sleep
from typing import TYPE_CHECKING, Annotated

import typer

from maildesk.commands.common import (
    EX_TEMPFAIL,
    DeskOption,
    one_line,
    open_for_acting,
    print_table,
    stop,
)

if TYPE_CHECKING:
    from maildesk.oauth.answers import DeviceCode
    from maildesk.oauth.grants import Grant
    from maildesk.oauth.outcomes import NoToken
    from maildesk.pipeline.services import Services

_HOW = {
    "client_credentials": "The application signs in as itself; nobody else has to.",
    "jwt_bearer": "The service account signs in for the mailbox; nobody else has to.",
    "device_code": "Somebody who may use the mailbox signs in once, on any device.",
    "authorization_code": "Somebody who may use the mailbox signs in once, in a browser.",
}


def authorize(
    mailbox: Annotated[
        str,
        typer.Argument(
            metavar="[MAILBOX]", help="Its name in settings.yaml, its address, or `relay`."
        ),
    ] = "",
    desk: DeskOption = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Open no browser here; show where to go.")
    ] = False,
) -> None:
    """Let the desk into a mailbox by OAuth, and try it. Without a MAILBOX: how all of them stand.

    It may be interrupted at any time: the next call goes on where this one was. What was granted
    before stays until the new grant is there. Exit code 0 once the desk is let in, 1 where that was
    refused, 75 where it may go well later.
    """
    from maildesk.oauth import grants

    with open_for_acting(desk) as services:
        if not grants.grants(services.settings):
            stop("maildesk: no mailbox and no relay in settings.yaml has `auth: oauth`", 2)
        if not mailbox:
            _show_all(services)
            return
        found = grants.named(services.settings, mailbox)
        if not found:
            known = (n for one in grants.consumers(services.settings) for n in one.names[:1])
            names = ", ".join(dict.fromkeys(known))
            stop(f"maildesk: no {mailbox} signs in with OAuth; there are {names}", 2)
        for number, grant in enumerate(found, 1):
            _lead(services, grant, _heading(number, len(found)), no_browser=no_browser)


def _show_all(services: Services) -> None:
    """How every grant stands."""
    from maildesk.oauth import presets
    from maildesk.oauth.grants import grants

    rows = []
    for grant in grants(services.settings):
        outcome = services.tokens.state(grant)
        well = "well" if services.tokens.is_held(grant) else "not tried yet"
        state = well if outcome is None else outcome.value.replace("_", " ")
        what_helps = "" if outcome is None else grant.command
        rows.append((grant.who, presets.title(grant.client), grant.opens, state, what_helps))
    print_table(("mailbox", "provider", "opens", "state", "what helps"), rows, "")


def _heading(number: int, of: int) -> str:
    return f"Step {number} of {of}: " if of > 1 else ""


def _lead(services: Services, grant: Grant, step: str, *, no_browser: bool) -> None:
    """One grant, from its beginning to a log-in that went well; leaves where it does not come to
    that."""
    from maildesk.oauth import presets
    from maildesk.oauth.authorize import Authorization
    from maildesk.oauth.outcomes import NoToken

    provider = presets.title(grant.client)
    print(f"{step}{grant.who} at {provider}, for {grant.opens}. {_HOW[grant.type]}\n", flush=True)
    policy = services.keeper.current.policy
    language = policy.wording.of(policy.default_language)
    way = Authorization(
        grant,
        services.tokens,
        Terminal(services, no_browser=no_browser),
        desk=services.desk,
        seal=services.tokens.seal,
        now=services.now,
        pause=sleep,
        thanks=language.sentence("oauth_page"),
        language=policy.default_language,
    )
    try:
        way.run()
    except KeyboardInterrupt:
        stop(f"\nInterrupted. `{grant.command}` goes on from here.", 130)
    except NoToken as problem:
        _leave(services, grant, problem)
    print(f"{provider} lets the desk in; it renews that by itself.", flush=True)
    _try(services, grant)


def _leave(services: Services, grant: Grant, problem: NoToken) -> None:
    """What hinders, by its name, what helps, and what was said."""
    from maildesk.pipeline.grant_alarms import advice_on

    english = services.keeper.current.policy.wording.of("en")
    named = problem.outcome.value.replace("_", " ")
    said = f"\n  It said: {one_line(problem.said)}" if problem.said else ""
    advice = advice_on(english, grant, problem.outcome)
    words = f"maildesk: {grant.who} is not let in: {named}.\n  {advice}{said}"
    stop(words, EX_TEMPFAIL if problem.passes else 1)


def _try(services: Services, grant: Grant) -> None:
    """Log in wherever this grant is for, as the desk will."""
    from maildesk.commands.oauth.sign_in_trial import trials

    failed = False
    for label, trial in trials(services, grant):
        why = trial()
        print(f"  {label}: {one_line(why) if why else 'signed in'}", flush=True)
        failed = failed or bool(why)
    if failed:
        from maildesk.oauth.outcomes import NoToken, Outcome

        _leave(services, grant, NoToken(Outcome.SERVER_REFUSES))


class Terminal:
    """Leads whoever sits at this terminal."""

    def __init__(self, services: Services, *, no_browser: bool) -> None:
        self._services, self._no_browser = services, no_browser
        self._reads = False

    def show_code(self, grant: Grant, code: DeviceCode) -> None:
        """The page and the code."""
        print(
            f"  1. Open {one_line(code.verification_uri)}\n"
            f"  2. Enter the code {one_line(code.user_code)}\n"
            f"  3. Sign in as {grant.who}, or as somebody with full access to it, and agree.\n\n"
            f"The code is good until {code.expires_at:%H:%M} UTC. Waiting; Ctrl-C stops, and the "
            f"same command goes on.",
            flush=True,
        )
        self._open(code.verification_uri)

    def show_page(self, grant: Grant, url: str) -> None:
        """The page, opened where there is a browser."""
        opened = self._open(url)
        print(
            f"  1. {'Your browser opens' if opened else 'Open'} this page:\n\n{url}\n\n"
            f"  2. Sign in as {grant.who}, and agree.\n\n"
            f"If that browser runs on another machine, its last page cannot be shown. Then copy "
            f"that page's\naddress, which begins with http://, and paste it here. Ctrl-C stops, "
            f"and the same command goes on.",
            flush=True,
        )

    def pasted(self, take: Callable[[str], None]) -> None:
        """Every line that is typed."""
        if self._reads:
            return
        self._reads = True

        def read() -> None:
            for line in sys.stdin:
                if line.strip():
                    take(line.strip())

        threading.Thread(target=read, name="pasted", daemon=True).start()

    def _open(self, url: str) -> bool:
        """Whether a browser was opened; one that runs in the terminal would take it from us."""
        if self._no_browser:
            return False
        try:
            found = webbrowser.get()
        except webbrowser.Error:
            return False
        return not isinstance(found, webbrowser.GenericBrowser) and found.open(url)

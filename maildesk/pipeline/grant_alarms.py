"""The desk's OAuth grants are looked after: renewed before anybody needs them, and the admins told
of one that no longer holds, and when it holds again.

One process of the desk does so, with the role `tick`; the others take what it has renewed, and
renew themselves where it is away.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from maildesk.desk.effects import NotifyAdmins
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.oauth import presets
from maildesk.oauth.grants import Grant, grants
from maildesk.oauth.outcomes import PASSES, NoToken, Outcome
from maildesk.oauth.tokens import EARLIER
from maildesk.pipeline.apply import apply
from maildesk.pipeline.transaction import New, Transaction
from maildesk.store.secrets import oauth_grants

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.pipeline.services import Services
    from maildesk.store.secrets.oauth_grants import GrantRow

ROUND = 30.0  # seconds between two looks; a token is renewed minutes before its end


class GrantKeeper:
    """A thread that looks after all grants of the settings."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._grants = grants(services.settings)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="grants", daemon=True)

    def start(self) -> None:
        """Begin, where there is anything to look after."""
        if self._grants:
            self._thread.start()

    def stop(self, patience: float) -> None:
        """Begin nothing new. What is being asked may go on: its answer is kept, or is asked for
        again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join(patience)

    def look(self) -> None:
        """Renew what ends soon, and tell the admins what has changed."""
        for grant in self._grants:
            try:
                self._services.tokens.token(grant, margin=EARLIER)
            except NoToken:
                continue  # it is written down, and in the log
        tell_of_grants(self._services, self._grants)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self.look()
            except TransientFailure as problem:
                log.warning("database_unavailable", why=str(problem)[:200])
            except Exception as problem:  # the next round comes all the same
                log.exception("grants_failed", problem=type(problem).__name__)
            self._stop.wait(ROUND)


def tell_of_grants(services: Services, of: tuple[Grant, ...]) -> None:
    """Mail the admins what they do not know yet, once, whoever finds it out. TransientFailure where
    the database is away."""
    by_name = {grant.name: grant for grant in of}
    passing = frozenset(outcome.value for outcome in PASSES)
    with services.db.read() as conn:
        if not oauth_grants.untold(conn, tuple(by_name), passing):
            return
    policy = services.keeper.current.policy
    language = policy.wording.of(policy.default_language)
    with services.db.write() as conn:
        effects = [
            (New(), NotifyAdmins(subject=subject, text=text))
            for row in oauth_grants.take_untold(conn, tuple(by_name), passing)
            for subject, text in [_letter(language, by_name[row.name], row)]
        ]
        tx = Transaction(conn, services, policy, services.now())
        kicks = apply(tx, effects) if effects else ()
    for row_id in kicks:
        services.kick("deliver", row_id)


def _letter(language: Language, grant: Grant, row: GrantRow) -> tuple[str, str]:
    """What the admins read: what does not work, what was said, what helps."""
    facts = {
        "who": grant.who,
        "provider": presets.title(grant.client),
        "opens": grant.opens,
        "command": grant.command,
    }
    if not row.outcome:
        return (
            language.sentence("oauth_works_subject", **facts),
            language.sentence("oauth_works", **facts),
        )
    advice = advice_on(language, grant, Outcome(row.outcome))
    text = language.sentence("oauth_fails", said=row.said or "-", advice=advice, **facts)
    return language.sentence("oauth_fails_subject", **facts), text


def advice_on(language: Language, grant: Grant, outcome: Outcome) -> str:
    """What helps, in this language; what differs from provider to provider has a sentence for
    each."""
    sentences = language.sentences
    code = f"oauth_{outcome.value}"
    own = f"{code}_{grant.client.provider}"
    return language.sentence(own if own in sentences else code, command=grant.command)

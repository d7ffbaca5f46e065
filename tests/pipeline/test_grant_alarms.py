"""The desk's grants are looked after: renewed early, and the admins told of one that no longer
holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from maildesk.config.settings import Settings
from maildesk.config.templates.words import read_wording
from maildesk.oauth.grants import Grant, grants
from maildesk.oauth.outcomes import Outcome
from maildesk.oauth.protocol import poll_device, start_device
from maildesk.oauth.tokens import Tokens
from maildesk.pipeline.grant_alarms import GrantKeeper, advice_on
from maildesk.pipeline.services import Services
from tests.oauth.place import SUPPORT, settings
from tests.pipeline.place import Place
from tests.servers.clock import Clock
from tests.servers.provider import Provider, aadsts, in_json

BOSS = "boss@desk.example"


@dataclass
class Desk:
    """A desk that signs in, and what it looks after its grants with."""

    place: Place
    services: Services
    clock: Clock
    provider: Provider
    grant: Grant

    def look(self, seconds: float = 0) -> None:
        """Time goes by, and a round comes."""
        self.clock.move(seconds)
        GrantKeeper(self.services).look()

    def told(self) -> list[str]:
        """The subjects that the admins were sent."""
        first = sorted({row.recipient for row in self._alarms()})[:1]
        return [str(mail["Subject"]) for to in first for mail in self.place.letters(to)]

    def _alarms(self) -> list[Any]:
        rows = self.place.rows("outbox")
        return [row for row in rows if row.purpose.startswith("admin")]

    def last(self) -> str:
        """The last mail to them, as text on one line."""
        row = self._alarms()[-1]
        body = self.place.letters(row.recipient)[-1].get_body(("plain",))
        assert body is not None
        return " ".join(str(body.get_content()).split())

    def sign_in(self) -> None:
        code = start_device(self.grant, self.clock.now())
        self.provider.approve(code.user_code, SUPPORT)
        answer = poll_device(self.grant, code.device_code, self.clock.now())
        self.services.tokens.keep(self.grant, answer)


def desk_with(place: Place, clock: Clock, server: Provider, found: Settings) -> Desk:
    tokens = Tokens(place.services.db, [b"k" * 32], desk=place.folder, owner="here", now=clock.now)
    services = replace(
        place.services,
        settings=place.services.settings.model_copy(
            update={"oauth": found.oauth, "imap": found.imap}
        ),
        now=clock.now,
        tokens=tokens,
    )
    (grant,) = grants(services.settings)
    return Desk(place, services, clock, server, grant)


@pytest.fixture
def desk(both: Place) -> Iterator[Desk]:
    """A person has signed in for the mailbox."""
    clock = Clock()
    server = Provider(clock)
    server.secrets.clear()
    made = desk_with(both, clock, server, settings(server))
    made.sign_in()
    yield made
    server.remove()


def test_tokens_are_renewed_ten_minutes_before_their_end_while_nobody_needs_them(
    desk: Desk,
) -> None:
    for _ in range(120):
        desk.look(60)
    assert desk.provider.grants.count("refresh_token") == 2
    assert desk.told() == []
    assert desk.services.tokens.troubles() == ""


def test_a_grant_that_was_withdrawn_is_told_once_with_what_helps(desk: Desk) -> None:
    desk.provider.revoke()
    desk.look(3000)
    assert desk.told() == [f"{SUPPORT} can no longer sign in at Microsoft"]
    words = desk.last()
    assert "maildesk authorize support" in words
    assert "the password was changed" in words
    assert "AADSTS50173" in words
    for _ in range(100):
        desk.look(600)
    assert len(desk.told()) == 1


def test_when_it_holds_again_they_hear_that_too(desk: Desk) -> None:
    desk.provider.revoke()
    desk.look(3000)
    desk.sign_in()
    desk.look(60)
    assert desk.told()[1:] == [f"{SUPPORT} can sign in at Microsoft again"]
    desk.look(60)
    assert len(desk.told()) == 2


def test_what_passes_by_itself_wakes_nobody(desk: Desk) -> None:
    desk.provider.odd.extend([in_json(503, {})] * 3)
    for _ in range(20):
        desk.look(300)
    assert desk.told() == []


def test_another_reason_is_told_as_well(desk: Desk) -> None:
    desk.provider.odd.append(aadsts("50076"))
    desk.look(3600)
    desk.provider.odd.append(aadsts("700016"))
    desk.look(3600)
    assert len(desk.told()) == 2
    assert "second factor" not in desk.last()
    assert "no such application" in desk.last()


def test_where_nobody_has_signed_in_yet_no_mail_is_written(desk: Desk) -> None:
    (mailbox,) = settings(desk.provider).imap
    sales = mailbox.model_copy(update={"name": "sales", "username": "sales@x.example"})
    other = settings(desk.provider).model_copy(update={"imap": [sales]})
    fresh = desk_with(desk.place, desk.clock, desk.provider, other)
    fresh.look()
    assert fresh.told() == []
    assert "`maildesk authorize sales` says what helps" in fresh.services.tokens.troubles()


@pytest.mark.parametrize("tongue", ["en", "de", "fr"])
def test_every_outcome_has_a_sentence_that_helps(tongue: str) -> None:
    language = read_wording()[0].of(tongue)
    for client in ({}, {"provider": "google", "client_secret": "s"}, {"provider": "custom"}):
        application = {"client_id": "a", "token_url": "https://t.example", "provider": "microsoft"}
        box = {"name": "support", "host": "h", "username": "u@x.example", "auth": "oauth"}
        found = {"oauth": [application | client], "imap": [box]}
        (grant,) = grants(Settings.model_validate(found))
        for outcome in sorted({*Outcome} - {Outcome.PENDING, Outcome.SLOW_DOWN}):
            words = advice_on(language, grant, outcome)
            assert len(words) > 40
            assert "{" not in words
            assert not words.startswith("oauth")

"""What is known of customers, beside a real server that answers, fails and hangs: nothing waits
longer than the time-out, nothing is asked twice, and a system that is down is left alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from maildesk.config.policy import load_policy
from maildesk.desk.customers.context import ContextService
from maildesk.desk.policy import Policy
from maildesk.lookup import asked, contexts
from maildesk.lookup.contexts import Contexts
from maildesk.store.db import Database
from tests.pipeline.place import FRIDAY
from tests.servers.web import Page, Web
from tests.stories.running_desk import ROOT

ANA, TOM = "ana@bigcorp.example", "tom@bigcorp.example"
GOLD = (("plan", "Gold"),)


@pytest.fixture
def web(tmp_path: Path) -> Iterator[Web]:
    made = Web(tmp_path / "crm", "localhost")
    made.pages["localhost/c"] = Page(b'{"plan": "Gold"}')
    yield made
    made.remove()


@pytest.fixture
def policy(web: Web) -> Policy:
    service = ContextService(
        url=f"https://localhost:{web.port}/c?a={{{{ address }}}}",
        timeout=timedelta(seconds=10),
        private_network=True,
        ca_file=str(web.certificate.certificate),
    )
    return replace(load_policy(ROOT / "deploy" / "desk"), context_service=service)


def known(
    db: Database, policy: Policy, asks: Contexts, address: str = ANA, hours: int = 0
) -> object:
    with db.read() as conn:
        return asks.of(conn, policy, address, FRIDAY + timedelta(hours=hours))


def look_up(
    db: Database, policy: Policy, asks: Contexts, address: str = ANA, hours: int = 0
) -> None:
    asks.look_up(db, policy, address, lambda: FRIDAY + timedelta(hours=hours))


def test_an_answer_is_kept_for_every_process_and_asked_anew_when_it_is_old(
    db: Database, policy: Policy, web: Web
) -> None:
    asks = Contexts()
    look_up(db, policy, asks)
    assert known(db, policy, asks) == known(db, policy, Contexts()) == GOLD
    look_up(db, policy, Contexts())
    assert len(web.asked) == 1
    web.pages["localhost/c"] = Page(b'{"plan": "Basic"}')
    look_up(db, policy, asks, hours=2)  # what is old is taken meanwhile
    asks.wait()
    assert known(db, policy, asks, hours=2) == (("plan", "Basic"),)
    assert len(web.asked) == 2
    assert policy.context_service is not None
    other = replace(policy, context_service=replace(policy.context_service, shows=(("x", ("y",)),)))
    assert known(db, other, asks) == ()


def test_what_a_mail_went_without_is_asked_afterwards(
    db: Database, policy: Policy, web: Web
) -> None:
    asks = Contexts()
    assert known(db, policy, asks, TOM) == ()
    assert web.asked == []
    asks.ask_missed(db, policy, lambda: FRIDAY)
    asks.wait()
    assert known(db, policy, asks, TOM) == GOLD


def test_agents_and_the_desk_itself_are_not_asked_about(
    db: Database, policy: Policy, web: Web
) -> None:
    for address in ("", "ben@desk.example", "support@desk.example"):
        look_up(db, policy, Contexts(), address)
    assert web.asked == []


def test_a_system_that_fails_is_left_alone_for_a_while(
    db: Database, policy: Policy, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["localhost/c"] = Page(status=500)
    asks = Contexts()
    for n in range(6):
        look_up(db, policy, asks, f"c{n}@bigcorp.example")
    assert len(web.asked) == contexts.FAILURES
    web.pages["localhost/c"] = Page(b'{"plan": "Gold"}')
    monkeypatch.setattr(contexts, "REST", 0.0)  # the minute is over
    look_up(db, policy, asks)
    assert known(db, policy, asks) == GOLD
    assert known(db, policy, asks, "c0@bigcorp.example") == ()


def test_a_system_that_hangs_delays_nothing_beyond_the_time_out(
    db: Database, policy: Policy, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = threading.Event()

    def hangs(_service: ContextService, _address: str) -> tuple[tuple[str, str], ...]:
        answers.wait()
        return GOLD

    monkeypatch.setattr(asked, "ask", hangs)
    assert policy.context_service is not None
    service = replace(policy.context_service, timeout=timedelta(milliseconds=10))
    policy, asks = replace(policy, context_service=service), Contexts()
    look_up(db, policy, asks)  # comes back while it hangs
    assert known(db, policy, asks) == ()
    answers.set()
    asks.wait()
    assert known(db, policy, asks) == GOLD  # it came too late for that mail, not for the next

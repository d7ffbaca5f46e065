"""The pages as a process of their own, on PostgreSQL and Redis: a customer types a code, answers
and closes. And an agent's answer that still waits is on no page."""

from __future__ import annotations

from pathlib import Path

from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, wait_until
from tests.web.pages import Pages, with_pages
from tests.web.talk import Talk, field
from tests.web.test_portal import Visit, confirm_path, is_sent

APART = ("smtp", "work", "tick", "web")


def by_form(running: RunningDesk, pages: Pages, relay: Relay) -> None:
    """A request of the web form, without scripts: a code, and a ticket."""
    visit = Visit((running, pages, relay))
    asked = visit.says(("log.txt", b"line"), proof="")
    code = {"form": field(asked.text, "form"), "code": visit.code()}
    assert is_sent(visit.confirms(confirm_path(asked), code))
    ticket = running.ticket(str(visit.greeting()["X-Maildesk-Ticket"]))
    assert (ticket["channel"], ticket["subject"]) == ("web", "Lamp")


def test_a_customer_answers_and_closes_on_a_desk_of_many_processes(
    tmp_path: Path, relay: Relay, postgres_url: str, redis_url: str
) -> None:
    settings = f"database: {postgres_url}\nbroker: {redis_url}\n"
    running, pages = with_pages(tmp_path / "desk", relay, settings=settings, roles=APART)
    try:
        by_form(running, pages, relay)
        talk = Talk((running, pages, relay), "Many processes")
        talk.prove()
        assert talk.says("It still jams.", ("log.txt", b"line")).status == 303
        wait_until(lambda: "It still jams." in talk.page(), "it is filed")
        assert "log.txt" in talk.page()
        assert talk.says("", do="close").headers["location"].endswith("?done=closed")
        assert "This request is closed." in talk.page()
    finally:
        codes = running.stop()
    running.look_for_leaks()
    assert codes == [0] * len(APART), running.log()[-3000:]


def test_an_answer_that_still_waits_is_on_no_page(tmp_path: Path, relay: Relay) -> None:
    running, pages = with_pages(tmp_path / "desk", relay)
    try:
        talk = Talk((running, pages, relay), "Waits")
        running.edit("desk.yaml", "# undo_send: 30s", "undo_send: 1h")
        talk.answer("Wait, this was wrong.")
        wait_until(
            lambda: "this was wrong" in str(running.ticket(talk.reference)), "it has been filed"
        )
        assert "this was wrong" not in talk.page()
    finally:
        running.stop()

"""The link that logs in goes to an address that is on file, a few times an hour, with nothing in it
that anybody has typed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from maildesk.desk.threads import links
from maildesk.desk.threads.links import Purpose
from maildesk.pipeline.pages.mine import sessions
from maildesk.pipeline.pages.mine.mailed import MOST, mail_link
from maildesk.pipeline.pages.mine.sessions import Refused
from maildesk.store.erasing.erase import erase
from maildesk.store.secrets import page_sessions
from tests.pipeline.place import Place, mail
from tests.stories.running_desk import text_of

KIM = "kim@customer.example"


def asked(place: Place, address: str = "kim@CUSTOMER.example") -> bool:
    settings = place.services.settings
    web = settings.web.model_copy(update={"public_url": "https://help.desk.example"})
    place.services = replace(place.services, settings=settings.model_copy(update={"web": web}))
    return mail_link(place.services, address, "browser", "en")


def test_only_an_address_on_file_gets_one(place: Place) -> None:
    place.receive(mail("It jams.", From=KIM), KIM)
    assert asked(place)
    assert not asked(place, "eve@customer.example")
    assert not asked(place, "ben@desk.example")
    assert not asked(place, "support@desk.example")
    (row,) = place.rows("outbox", purpose="page_log_in")
    assert (row.recipient, row.mail_from) == (KIM, "")
    letter = next(one for one in place.letters(KIM) if "log in" in str(one["Subject"]))
    assert letter["Reply-To"] is None
    assert "https://help.desk.example/mine/in/k" in text_of(letter)


def test_five_an_hour_are_enough(place: Place) -> None:
    place.receive(mail("It jams.", From=KIM), KIM)
    assert [asked(place) for _ in range(MOST + 1)] == [True] * MOST + [False]
    place.later(3601)
    assert asked(place)


def test_a_link_is_good_once_for_a_quarter_of_an_hour_in_one_browser(place: Place) -> None:
    place.receive(mail("It jams.", From=KIM), KIM)
    assert asked(place)
    services = place.services
    with services.db.read() as conn:
        log_in = page_sessions.log_in(conn, 1)
    assert log_in is not None
    assert log_in.until == place.now + timedelta(minutes=15)
    day = log_in.until.date()
    made = (links.ON_PAGES, Purpose.LOG_IN, 1, "kim@customer.example", day)
    token = links.signature(services.ring, *made)
    assert sessions.let_in(services, token, "another", "") is Refused.ELSEWHERE
    other = links.signature(services.ring, links.ON_PAGES, Purpose.LOG_IN, 1, "eve@x.example", day)
    assert sessions.let_in(services, other, "browser", "") is Refused.UNKNOWN
    place.later(901)
    assert sessions.let_in(services, token, "browser", "") is Refused.ENDED
    assert asked(place)
    made = (links.ON_PAGES, Purpose.LOG_IN, 2, "kim@customer.example", day)
    token = links.signature(services.ring, *made)
    held = sessions.let_in(services, token, "browser", "")
    assert isinstance(held, str)
    assert sessions.let_in(services, token, "browser", "") is Refused.ENDED
    policy = services.keeper.current.policy

    def is_in() -> bool:
        cookies = {sessions.cookie(services): held}
        with services.db.read() as conn:
            return sessions.customer(services, conn, policy, cookies) is not None

    assert is_in()
    place.later(12 * 3600)
    assert not is_in()


def test_a_customer_who_is_gone_is_let_in_no_more(place: Place) -> None:
    place.receive(mail("It jams.", From=KIM), KIM)
    assert asked(place)
    services = place.services
    day = (place.now + timedelta(minutes=15)).date()
    made = (links.ON_PAGES, Purpose.LOG_IN, 1, "kim@customer.example", day)
    held = sessions.let_in(services, links.signature(services.ring, *made), "browser", "")
    assert isinstance(held, str)
    cookies, policy = {sessions.cookie(services): held}, services.keeper.current.policy
    with services.db.read() as conn:
        assert sessions.customer(services, conn, policy, cookies) is not None
    with services.db.write() as conn:
        erase(conn, 1, by="ada", now=place.now)
    with services.db.read() as conn:
        assert sessions.customer(services, conn, policy, cookies) is None
        assert page_sessions.log_in(conn, 1) is None

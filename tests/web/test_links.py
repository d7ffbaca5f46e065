"""The link to the page of a request in mails beside the greeting, the answers and the resolution:
what its customer asked for by mail, a merge, and a mail of the desk's own words."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.stories.running_desk import address_in, answer, text_of, write
from tests.web.places import running
from tests.web.talk import BEN, DESK, Place, Talk, link_in

AUTHSERV = "authserv_id: mx.desk.example"
BY = "mx.desk.example; dkim=pass header.d={}"
OWN = "Subject: On its way\n\nA roll is on its way.\n\n{% if tracking %}{{ tracking }}{% endif %}\n"
RULE = """rules:
  - name: On its way
    when: replied
    if: {subject contains: Own words}
    then:
      - send: on_its_way
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("links")) as found:
        found[0].edit("desk.yaml", f"  # {AUTHSERV}", f"  {AUTHSERV}")
        yield found


class Known(Talk):
    """What somebody has asked: they and Ben are known for who they are."""

    def __init__(self, place: Place, subject: str, who: str = "") -> None:
        kim = f"{who or subject.replace(' ', '.').lower()}@customer.example"
        mail = write(f"Kim Novak <{kim}>", DESK, subject, "It jams.")
        mail["Authentication-Results"] = BY.format("customer.example")
        super().__init__(place, subject, mail, kim)

    def answer(self, text: str) -> None:
        mail = answer(self.notice, BEN, text)
        mail["Authentication-Results"] = BY.format("desk.example")
        self.desk.send(mail, BEN, address_in(self.notice["Reply-To"]))

    def writes(self, text: str) -> None:
        mail = answer(self.mail, self.kim, text)
        mail["Authentication-Results"] = BY.format("customer.example")
        self.desk.send(mail, self.kim, address_in(self.mail["Reply-To"]))


def told(talk: Talk, words: str) -> EmailMessage:
    """The next mail to them that says this."""
    while words not in text_of(found := talk.inbox.take(talk.kim)):
        pass
    return found


def test_how_it_stands_is_told_with_the_link(place: Place) -> None:
    talk = Known(place, "How it stands")
    talk.writes("#status")
    assert "Pull the paper out." in talk.pages.ask(link_in(told(talk, "Status: "))).text


def test_of_merged_requests_the_mail_leads_to_the_one_that_stays(place: Place) -> None:
    goes, stays = Known(place, "Goes", "lee"), Known(place, "Stays", "lee")
    stays.answer(f"#merge {goes.reference}")
    page = stays.pages.ask(link_in(told(stays, "has become part of")))
    assert page.status == 200
    assert stays.reference in page.text


def test_a_mail_of_the_desks_own_has_it_where_it_says_so(place: Place) -> None:
    folder = place[0].folder / "templates" / "mail" / "en"
    folder.mkdir(parents=True)
    (folder / "on_its_way.txt").write_text(OWN, encoding="utf-8")
    place[0].edit("rules.yaml", "rules:\n", RULE)
    talk = Known(place, "Own words")
    talk.writes("It still jams.")
    assert "It still jams." in talk.pages.ask(link_in(told(talk, "A roll is on its way."))).text

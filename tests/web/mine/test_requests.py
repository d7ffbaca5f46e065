"""The list of a customer's own requests: whose they are, in which order, what a search finds, and
what it leads to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from tests.stories.running_desk import address_in, text_of, wait_until, write
from tests.web.mine.person import Somebody, link_to, subjects
from tests.web.places import running
from tests.web.talk import BEN, DESK, Place, Talk, field


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("requests")) as found:
        yield found


def logged_in(place: Place, address: str) -> Somebody:
    found = Somebody(place, address)
    found.log_in()
    return found


def tabs(page: str) -> dict[str, int]:
    """What the tabs count."""
    found = re.findall(r'<a href="/mine[^"]*"[^>]*>([^<]+) <span>(\d+)</span></a>', page)
    return {name: int(count) for name, count in found}


def says(talk: Talk, text: str) -> None:
    """The customer writes by mail."""
    to = address_in(talk.mail["Reply-To"])
    mail = write(f"Kim <{talk.kim}>", to, f"Re: {talk.subject}", text)
    mail["In-Reply-To"] = str(talk.mail["Message-ID"])
    talk.desk.send(mail, talk.kim, to)
    wait_until(lambda: text in str(talk.desk.ticket(talk.reference)), "it is filed")


def commands(talk: Talk, line: str) -> None:
    """The agent has something done by mail."""
    to = address_in(talk.notice["Reply-To"])
    talk.desk.send(write(f"Ben <{BEN}>", to, "Re: x", line), BEN, to)


def test_who_must_write_next_says_where_a_request_stands(place: Place) -> None:
    waits = Talk(place, "Waits for me")
    ours = Talk(place, "With them", kim=waits.kim)
    says(ours, "Still jams.")
    over = Talk(place, "Done with", kim=waits.kim)
    done = over.desk.run("ticket", "status", over.reference, "resolved")
    assert done.returncode == 0, done.stderr
    kim = logged_in(place, waits.kim)
    page = kim.mine()
    assert subjects(page) == ["Waits for me", "With them", "Done with"]
    assert tabs(page) == {
        "All": 3, "Waiting for you": 1, "With us": 1, "Resolved": 1, "Closed": 0,
    }  # fmt: skip
    for tab, subject in (("yours", "Waits for me"), ("ours", "With them"), ("resolved", "Done")):
        found = subjects(kim.mine(f"?state={tab}"))
        assert [one.startswith(subject) for one in found] == [True]
    assert "No request is closed." in kim.mine("?state=closed")
    assert len(subjects(kim.mine("?state=nonsense&before=1.x&of=all"))) == 3


def test_a_request_leads_to_its_page_where_no_code_is_asked_for(place: Place) -> None:
    talk = Talk(place, "Leads on")
    kim = logged_in(place, talk.kim)
    link = link_to(kim.mine(), "Leads on")
    page = kim.pages.ask(link).text
    assert "<textarea" in page
    assert talk.kim in page
    fields = {"form": field(page, "form"), "text": "From the list", "do": "send"}
    body = kim.post(f"{link}/reply", fields)
    assert body.status == 303
    wait_until(lambda: "From the list" in kim.pages.ask(link).text, "it is filed")
    done = kim.post(
        f"{link}/reply", {"form": field(kim.pages.ask(link).text, "form"), "do": "close"}
    )
    assert done.headers["location"].endswith("?done=closed")
    assert "This request is closed." in kim.mine()
    again = {"form": field(kim.pages.ask(link).text, "form"), "text": "Back", "do": "send"}
    assert kim.post(f"{link}/reply", again).status == 303
    wait_until(lambda: "With us <span>1</span>" in kim.mine(), "it is open again")
    stranger = Somebody(place, talk.kim)
    assert "<textarea" not in stranger.pages.ask(link).text, "nothing without the log-in"
    assert 'href="/mine"' in stranger.pages.ask(link).text


def test_somebody_elses_request_is_not_there_and_not_written_to(place: Place) -> None:
    mine, theirs = Talk(place, "Mine alone"), Talk(place, "Theirs alone")
    kim = logged_in(place, mine.kim)
    assert subjects(kim.mine()) == ["Mine alone"]
    page = kim.pages.ask(theirs.link).text
    assert "<textarea" not in page, "their link, forwarded, lets read and no more"
    forged = {"form": field(page, "form"), "text": "Forged", "do": "send"}
    assert kim.post(f"{theirs.link}/reply", forged).status == 403


def test_a_search_finds_their_own_public_words_alone(place: Place) -> None:
    talk = Talk(place, "Zebra printer")
    talk.answer("#note\nThe customer is a hippopotamus.")
    wait_until(lambda: "hippopotamus" in str(talk.desk.ticket(talk.reference)), "noted")
    other = Talk(place, "Zebra of somebody else")
    says(other, "There is a rhinoceros.")
    second = Talk(place, "Quite another", kim=talk.kim)
    says(second, "An antelope, and a zebra.")
    kim = logged_in(place, talk.kim)

    def found(words: str) -> list[str]:
        return subjects(kim.mine(f"?q={words}"))

    assert found("zebra") == ["Quite another", "Zebra printer"]
    assert found("ANTELOPE%20zeb") == ["Quite another"]
    assert found("pull%20paper%20zebra") == ["Quite another", "Zebra printer"]
    assert found(talk.reference) == ["Zebra printer"]
    for none in ("hippopotamus", "rhinoceros", "zebra%20rhinoceros", "%22%27%3B--", "ben%40desk"):
        page = kim.mine(f"?q={none}")
        assert subjects(page) == [] or none.startswith("%22")
    page = kim.mine("?q=%3Cscript%3Ealert(1)%3C/script%3E%E2%80%AE")
    assert "<script" not in page
    assert "None of your requests has these words." in page


def test_what_somebody_has_in_copy_is_a_list_of_its_own(place: Place) -> None:
    lee = "lee-copied@customer.example"
    mail = EmailMessage()
    mail["To"], mail["Cc"], mail["Subject"] = DESK, lee, "With Lee in copy"
    mail["Message-ID"] = "<lee-copied@customer.example>"
    mail.set_content("Lee and I both wait.")
    talk = Talk(place, "With Lee in copy", mail)
    private = write(f"Kim <{talk.kim}>", address_in(talk.mail["Reply-To"]), "Re: x", "Lee dawdles.")
    private["In-Reply-To"] = str(talk.mail["Message-ID"])
    talk.desk.send(private, talk.kim, address_in(talk.mail["Reply-To"]))
    wait_until(lambda: "dawdles" in talk.pages.ask(talk.link).text, "it is filed")
    somebody = logged_in(place, lee)
    assert subjects(somebody.mine()) == []
    assert tabs(somebody.mine())["In copy"] == 1
    page = somebody.mine("?of=copied")
    assert subjects(page) == ["With Lee in copy"]
    assert subjects(somebody.mine("?of=copied&q=dawdles")) == []
    assert subjects(somebody.mine("?of=copied&q=both")) == ["With Lee in copy"]
    shown = somebody.pages.ask(link_to(page, "With Lee")).text
    assert "<textarea" in shown
    assert "dawdles" not in shown
    commands(talk, f"#cc -{lee}")
    wait_until(lambda: not subjects(somebody.mine("?of=copied")), "they take no part any more")
    assert "<textarea" not in somebody.pages.ask(link_to(page, "With Lee")).text


def test_all_addresses_of_one_customer_are_one_list_until_they_are_parted(place: Place) -> None:
    talk = Talk(place, "From the office")
    home = "kim-home@private.example"
    other = Talk(place, "From home", kim=home)
    assert subjects(logged_in(place, talk.kim).mine()) == ["From the office"]
    commands(talk, f"#also {home}")
    wait_until(lambda: home in str(talk.desk.json("contacts", "--json")), "they are joined")
    kim, at_home = logged_in(place, talk.kim), logged_in(place, home)
    for one in (kim, at_home):
        page = one.mine()
        assert subjects(page) == ["From home", "From the office"]
        assert "<textarea" in one.pages.ask(link_to(page, "From home")).text
        assert "<textarea" in one.pages.ask(link_to(page, "From the office")).text
    links = link_to(kim.mine(), "From home"), link_to(at_home.mine(), "From the office")
    commands(talk, f"#also -{home}")
    wait_until(lambda: home not in str(talk.desk.json("contacts", "--json")), "they are parted")
    for one, link in zip((kim, at_home), links, strict=True):
        assert "Enter your address" in one.mine(), "its address was taken from the contact"
        assert "<textarea" not in one.pages.ask(link).text
    assert subjects(logged_in(place, home).mine()) == ["From home"]
    assert other.reference != talk.reference


def test_own_fields_are_shown_where_the_policy_says_so(place: Place) -> None:
    talk = Talk(place, "With a field")
    done = talk.desk.run("ticket", "set", talk.reference, "licence_key=<b>4711</b>")
    assert done.returncode == 0, done.stderr
    kim = logged_in(place, talk.kim)
    assert "4711" not in kim.mine()
    talk.desk.edit("desk.yaml", "reference:", "mine: {fields: [licence_key]}\nreference:")
    assert "Licence key: <bdi>" in kim.mine()
    assert "&lt;b&gt;4711&lt;/b&gt;" in kim.mine()
    talk.desk.edit("desk.yaml", "mine: {fields: [licence_key]}\nreference:", "reference:")


def test_long_lists_go_on_behind_their_last_request(place: Place) -> None:
    kim = "kim-many@customer.example"
    place[0].edit("desk.yaml", "per_subject: 12", "per_subject: 400")
    talk = Talk(place, "Many 00", kim=kim)
    for number in range(1, 29):
        talk.desk.send(write(f"Kim <{kim}>", DESK, f"Many {number:02d}", "It jams."), kim, DESK)
    wait_until(lambda: len(talk.desk.tickets_of(kim)) == 29, "they are all there")
    somebody = logged_in(place, kim)
    first = somebody.mine()
    assert subjects(first)[0] == "Many 00", "what waits for the customer comes first"
    more = re.search(r'<p class="more"><a href="/mine([^"]+)">', first)
    assert more is not None
    second = somebody.mine(more[1].replace("&amp;", "&"))
    assert len(subjects(first)) == 25
    every = [*subjects(first), *subjects(second)]
    assert sorted(every) == [f"Many {number:02d}" for number in range(29)]
    numbers = re.findall(r'<span class="mono">(TKT-\d+)</span>', first + second)
    # mails that come at once are opened in any order: the newest is the one with the last number
    assert numbers[1:] == sorted(numbers[1:], reverse=True)
    assert "Show older" not in second
    found = somebody.mine("?q=many")
    more = re.search(r'<p class="more"><a href="/mine([^"]+)">', found)
    assert more is not None
    rest = subjects(somebody.mine(more[1].replace("&amp;", "&")))
    assert len({*subjects(found), *rest}) == 29
    assert len(found.encode()) < 60_000


def test_the_mail_and_the_pages_speak_the_readers_language(place: Place) -> None:
    talk = Talk(place, "Sprache")
    kim = Somebody(place, talk.kim)
    german = "de-AT,de;q=0.9"
    form = field(kim.pages.ask("/mine", Accept_Language=german).text, "form")
    fields = {"form": form, "address": talk.kim}
    asked = kim.post("/mine/ask", fields, Accept_Language=german)
    assert "Sehen Sie in Ihr Postfach" in asked.text
    mail = kim.inbox.take(talk.kim, subject="Ihre Anfragen")
    assert "mit diesem Link sehen Sie alle Ihre Anfragen" in text_of(mail)
    assert mail["Auto-Submitted"] == "auto-generated"

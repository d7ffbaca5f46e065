"""The page of the stars on the running desk: a score is recorded when the person presses Send, by
whoever that is, and never before."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

import pytest

from maildesk.config.keys import own_keys
from maildesk.desk.threads import links
from maildesk.desk.threads.links import KeyRing, Purpose
from tests.stories.clients import tapped, taps
from tests.stories.running_desk import text_of, wait_until
from tests.web.places import running
from tests.web.rated import SCANNER, Rated
from tests.web.talk import BEN, DESK, Place, Talk, field

LATER = date(2099, 1, 1)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def place(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Place]:
    settings = ""
    if request.param == "postgresql":
        settings = f"database: {request.getfixturevalue('postgres').new_database()}\n"
    with running(tmp_path_factory.mktemp("survey"), settings=settings) as found:
        yield found


def made(talk: Talk, address: str, until: date, purpose: Purpose = Purpose.STARS) -> str:
    """A link that the desk's own key has signed."""
    ring = KeyRing(dict(own_keys(talk.desk.folder)))
    number = int(talk.reference.rpartition("-")[2])
    signed = links.signature(ring, links.ON_PAGES, purpose, number, address, until)
    return f"{talk.pages.url}/survey/{signed}"


def test_a_tap_on_a_star_opens_the_page_and_records_nothing(place: Place) -> None:
    talk = Rated(place, "Looked at only")
    mail = talk.mail.get_body(("html",))
    assert mail is not None
    html = str(mail.get_content())
    for number in range(1, 6):
        assert f'href="{talk.stars}?score={number}"' in html
    assert len(re.findall(r'href="mailto:support\+s', html)) == 5
    before = talk.desk.ticket(talk.reference)
    kim = talk.browser()
    opened = kim.opens("?score=4")
    assert opened.status == 200, opened.text
    page = opened.text
    assert re.search(r'value="4" required checked', page)
    assert page.count("checked") == 1
    for odd in ("?score=9", "?score=5%00", "?score=", "?score=%E2%91%A4", ""):
        assert "checked" not in kim.opens(odd).text
    assert kim.pages.ask(kim.link, "HEAD").status == 200
    assert talk.desk.ticket(talk.reference) == before
    assert "Looked at only" in page
    assert "answered by Ben Okafor" in page
    assert "It jams." not in page
    answer = kim.opens()
    assert answer.headers["cache-control"] == "no-store"
    assert talk.stars.rpartition("/")[2] not in talk.desk.log()


def test_a_score_counts_once_it_is_sent_and_is_changed_on_the_same_page(place: Place) -> None:
    talk = Rated(place, "Sent and changed")
    kim = talk.browser()
    assert kim.rates(4, "Quick, <b>thanks</b>.\r\nKim") == "rated"
    assert talk.satisfaction == {"score": 4, "comment": "Quick, <b>thanks</b>.\nKim"}
    thanked = kim.opens("?done=rated").text
    assert "Thank you for telling us." in thanked
    assert "You gave 4 of 5." in thanked
    assert re.search(r'value="4" required checked', thanked)
    assert "Quick, &lt;b&gt;thanks&lt;/b&gt;." in thanked
    assert kim.rates(5) == "rated"
    assert kim.rates(2, "Not quite.") == "rated"
    assert talk.satisfaction == {"score": 2, "comment": "Not quite."}
    assert talk.doubtful == []
    told = talk.inbox.take(BEN, subject="Sent and changed")
    while "changed the rating from 5 to 2 of 5 stars" not in text_of(told):
        told = talk.inbox.take(BEN)
    assert "Not quite." in text_of(told)
    assert kim.rates(3, "Not quite.") == "rated"
    again = text_of(talk.inbox.take(BEN))
    assert "changed the rating from 2 to 3 of 5 stars" in again
    new = again.replace("\r", "").partition("\n\n\n")[0]
    assert "Not quite." not in new
    ticket = talk.desk.ticket(talk.reference)
    assert ticket["status"] == "resolved"
    given = [one["detail"] for one in ticket["history"] if one["what"] == "scored"]
    assert [one["network"] for one in given] == [talk.network] * 4


def test_from_the_stars_a_link_leads_to_the_request_and_ends_with_theirs(place: Place) -> None:
    talk = Rated(place, "Way back")
    led_to = ""
    for page in (talk.browser().opens().text, talk.browser().posts({}).text):
        found = re.search(r'<a href="(/ticket/[0-9a-z-]+)">Go to the request</a>', page)
        assert found is not None, page
        led_to = found[1]
        request = talk.pages.ask(led_to)
        assert request.status == 200
        assert "The roller was worn." in request.text
        assert "Mail me a code" in request.text  # it lets read, and no more
    ring = KeyRing(dict(own_keys(talk.desk.folder)))
    ends = [
        read.until
        for one in (led_to, talk.stars)
        if (read := links.read_signature(ring, links.ON_PAGES, one.rpartition("/")[2], LATER))
    ]
    assert len(ends) == 2
    assert ends[0] == ends[1]


def test_a_rating_that_was_changed_is_told_once_wherever_the_conversation_is(
    place: Place,
) -> None:
    talk = Rated(place, "Changed")
    kim = talk.browser()
    for score, words in ((2, "Slow."), (4, "Slow."), (5, "Mended <now>.")):
        assert kim.rates(score, words) == "rated"
    for page in (talk.page(), talk.pages.ask(f"{talk.link}/download").text):
        assert page.count('class="rated"') == 1
        assert "Rating: 5 of 5" in page and "changed from 4" in page
        assert "Mended &lt;now&gt;." in page
        assert "/5" not in re.sub(r"<style.*?</style>", "", page, flags=re.DOTALL)
    shown = talk.desk.run("ticket", "show", talk.reference).stdout.decode()
    assert "changed from 4" in shown
    assert re.findall(r"\d/5", shown) == ["5/5"]
    talk.answer(f"#show {talk.reference}")
    while "newest first" not in (told := text_of(talk.inbox.take(BEN))):
        pass
    assert re.findall(r"\d/5[^\r\n]*", told) == ["5/5, changed from 4"]


def stands_at(talk: Rated, score: int) -> bool:
    return bool(talk.satisfaction) and talk.satisfaction["score"] == score


def test_stars_that_were_tapped_one_after_the_other_are_told_once_too(place: Place) -> None:
    talk = Rated(place, "Tapped by mail")
    stars = [tap for tap in taps(talk.mail, "") if "+s" in tap.to]
    sender = f"Kim Novak <{talk.kim}>"
    for number, words in ((2, "\n\nSlow."), (5, "\n\nMended <now>.")):
        mail = tapped(stars[number - 1], sender, words)
        talk.desk.send(mail, talk.kim, str(mail["To"]))
        wait_until(partial(stands_at, talk, number), "it counts")
    for page in (talk.page(), talk.pages.ask(f"{talk.link}/download").text):
        assert page.count('class="rated"') == 1
        assert "Rating: 5 of 5" in page and "changed from 2" in page
        assert "Mended &lt;now&gt;." in page
        assert "Slow." not in page
    shown = talk.desk.run("ticket", "show", talk.reference).stdout.decode()
    assert "changed from 2" in shown
    assert shown.count("Slow.") == 1  # in the history, which keeps all
    talk.answer(f"#show {talk.reference}")
    while "newest first" not in (told := text_of(talk.inbox.take(BEN))):
        pass
    assert re.findall(r"\d/5[^\r\n]*", told) == ["5/5, changed from 2"]
    given = [one["detail"] for one in talk.desk.ticket(talk.reference)["history"]]
    assert [one["score"] for one in given if "score" in one] == [2, 5]


def test_a_program_that_presses_the_button_after_the_person_counts_nothing(place: Place) -> None:
    talk = Rated(place, "Scanned after")
    assert talk.browser().rates(5) == "rated"
    scanner = talk.browser(SCANNER)
    assert scanner.rates(1) == "rated_doubtful"
    assert "only that one counts" in scanner.opens("?done=rated_doubtful").text
    assert talk.satisfaction == {"score": 5, "comment": ""}
    assert talk.doubtful == [(1, "198.51.100.0/24")]
    assert (
        talk.browser(talk.home.replace(".77", ".5")).rates(4) == "rated"
    )  # her phone, in the same network
    assert talk.satisfaction["score"] == 4


def test_a_program_that_was_before_gives_way_to_a_network_with_a_code(place: Place) -> None:
    talk = Rated(place, "Scanned before")
    scanner, kim = talk.browser(SCANNER), talk.browser()
    assert scanner.rates(1) == "rated"
    talk.prove(talk.home)
    assert kim.rates(5) == "rated"
    assert talk.satisfaction["score"] == 5
    assert talk.doubtful == [(1, "198.51.100.0/24")]
    assert scanner.rates(2) == "rated_doubtful"
    assert talk.satisfaction["score"] == 5


def test_a_robot_without_the_pages_token_is_refused(place: Place) -> None:
    talk, other = Rated(place, "Robots"), Rated(place, "Another ticket")
    kim = talk.browser()
    form = field(kim.opens().text, "form")
    stranger = talk.browser(SCANNER)
    elsewhere = field(other.browser().opens().text, "form")
    for robot, token in (
        (kim, ""),
        (kim, "x"),
        (kim, form[:-1] + ("0" if form[-1] != "0" else "1")),
        (stranger, form),  # of another browser
        (kim, elsewhere),  # of another page
    ):
        refused = robot.posts({"form": token, "score": "1", "words": "Kept."})
        assert refused.status == 403
        assert "Kept." in refused.text
    assert kim.sends(1, form=form, Sec_Fetch_Site="cross-site").status == 403
    assert kim.sends(1, form=form, Sec_Fetch_Site="same-site").status == 403
    back = kim.pages.ask(f"{kim.link}/send")
    assert (back.status, kim.link.endswith(back.headers["location"])) == (303, True)
    before = talk.satisfaction
    assert before is None
    assert kim.sends(3, form=form, Sec_Fetch_Site="same-origin").status == 303
    assert talk.satisfaction["score"] == 3


def test_a_form_that_is_sent_twice_is_one_score_and_another_star_another(place: Place) -> None:
    talk = Rated(place, "Twice")
    kim = talk.browser()
    form = field(kim.opens().text, "form")
    sent = [kim.sends(score, form=form).status for score in (3, 3, 3, 5, 5)]
    assert sent == [303] * 5
    assert talk.given == [3, 5]


def test_of_a_form_that_is_sent_again_and_again_the_last_choice_counts(place: Place) -> None:
    talk = Rated(place, "There and back")
    kim = talk.browser()
    form = field(kim.opens().text, "form")
    sent = [kim.sends(score, "Well.", form=form).status for score in (5, 4, 5, 5)]
    assert sent == [303] * 4
    assert talk.given == [5, 4, 5]
    assert talk.satisfaction == {"score": 5, "comment": "Well."}


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"words": "No star."}, "please choose a star first"),
        ({"score": "6", "words": "No star."}, "please choose a star first"),
        ({"score": "-1", "words": "No star."}, "please choose a star first"),
        ({"score": "5", "words": "No star." * 600}, "longer than 4,000 characters"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_its_words(
    place: Place, fields: dict[str, str], told: str
) -> None:
    talk = Rated(place, "Refused")
    kim = talk.browser()
    answer = kim.posts({"form": field(kim.opens().text, "form"), **fields})
    assert answer.status == 422
    assert told in answer.text
    assert "No star." in answer.text
    many = {f"f{number}": "x" for number in range(1000)}
    assert kim.posts(many).status == 400
    assert kim.posts({"words": "x" * 2_000_000}).status == 400
    assert talk.satisfaction is None


def test_links_that_are_none_and_links_that_ended(place: Place) -> None:
    talk = Rated(place, "Links")
    lee = "lee@customer.example"
    for wrong in (
        made(talk, lee, LATER),
        made(talk, talk.kim, LATER, Purpose.PAGE),
        made(talk, talk.kim, LATER, Purpose.REQUESTER),
        talk.stars[:-1],
        f"{talk.pages.url}/survey/x",
        talk.link.replace("/ticket/", "/survey/"),
        talk.stars.replace("/survey/", "/ticket/"),
    ):
        answer = talk.pages.ask(wrong, X_Forwarded_For="192.0.2.1")
        assert answer.status == 404, wrong
    ended = talk.pages.ask(made(talk, talk.kim, date(2026, 1, 1)))
    assert ended.status == 410
    assert "This rating is over" in ended.text
    assert DESK in ended.text
    assert talk.pages.ask(made(talk, lee, date(2026, 1, 1))).status == 404
    for _ in range(30):
        talk.pages.ask(f"{talk.pages.url}/survey/x", X_Forwarded_For="192.0.2.99")
    assert talk.pages.ask(talk.stars, X_Forwarded_For="192.0.2.99").status == 429


def test_after_a_merge_the_stars_lead_on_for_the_requester_alone(place: Place) -> None:
    talk = Rated(place, "Merged away")
    same = Talk(place, "Same customer", kim=talk.kim)
    assert talk.desk.run("ticket", "merge", same.reference, talk.reference).returncode == 0
    kim = talk.browser()
    assert kim.rates(4) == "rated"
    assert same.desk.ticket(same.reference)["satisfaction"]["score"] == 4
    theirs, of_lee = Rated(place, "Merged into Lee's"), Talk(place, "Lee's own")
    merge = ("ticket", "merge", of_lee.reference, theirs.reference, "--yes")
    assert theirs.desk.run(*merge).returncode == 0
    assert theirs.browser().opens().status == 410


def test_who_sends_too_often_waits(place: Place) -> None:
    talk = Rated(place, "Too often")
    kim = talk.browser("192.0.2.200")
    form = field(kim.opens().text, "form")
    sent = [kim.sends(1 + n % 5, str(n), form=form).status for n in range(21)]
    assert sent == [303] * 20 + [429]


def test_the_admin_chooses_pages_mails_or_both(place: Place) -> None:
    desk = place[0]
    desk.edit("desk.yaml", "\nsurvey: yes\n", "\nsurvey: {by: page, valid: 2d}\n")
    talk = Rated(place, "By page")
    html = str(talk.mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
    assert f'href="{talk.stars}?score=5"' in html
    assert "mailto:support+s" not in html
    desk.edit("desk.yaml", "{by: page, valid: 2d}", "{by: mail}")
    mails = Talk(place, "By mail")
    mails.answer("#resolve\nDone now.")
    while "Done now." not in text_of(mails.mail):
        mails.mail = mails.inbox.take(mails.kim)
    html = str(mails.mail.get_body(("html",)).get_content())  # type: ignore[union-attr]
    assert "/survey/" not in html
    assert len(re.findall(r'href="mailto:support\+s', html)) == 5
    assert talk.browser().opens().status == 200  # what was mailed before goes on
    desk.edit("desk.yaml", "\nsurvey: {by: mail}\n", "\nsurvey: yes\n")


def test_a_desk_whose_links_show_nothing_shows_nothing_here(place: Place) -> None:
    desk = place[0]
    talk = Rated(place, "Secret subject")
    assert talk.browser().rates(3, "My words.") == "rated"
    line = next(
        one
        for one in (desk.folder / "desk.yaml").read_text(encoding="utf-8").splitlines()
        if one.startswith("# tracking:")
    )
    desk.edit("desk.yaml", line, "tracking: {without_code: nothing}")
    page = talk.browser(SCANNER).opens().text
    assert "You gave 3 of 5." in page
    for hidden in ("Secret subject", "My words.", "Ben Okafor", talk.kim, "/ticket/"):
        assert hidden not in page
    desk.edit("desk.yaml", "{without_code: nothing}", "{mails: [reply]}")
    page = talk.browser(SCANNER).opens().text
    assert "Secret subject" in page
    assert "/ticket/" not in page  # no link stood beside the stars
    desk.edit("desk.yaml", "tracking: {mails: [reply]}", line)

"""The web form of a running desk, without a browser: what becomes of what is sent."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest

from maildesk.commands.queues import OUTBOX_STATES
from maildesk.web.portal import proof
from tests.stories.running_desk import Inbox, address_in, answer, text_of, wait_until
from tests.web.pages import Answer, Pages
from tests.web.places import running
from tests.web.talk import Place, field, link_in, multipart

BEN = "ben@desk.example"
PORTAL = (
    "portal:\n  ask: {category: required, licence_key: shown}\n  priorities: [normal, high]\n"
    "  per_network: 1000\n"
)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with running(tmp_path_factory.mktemp("portal"), desk=PORTAL, french=True) as found:
        yield found


class Visit:
    """Somebody at the form, who has it before them."""

    number = 0

    def __init__(self, place: Place, client: str = "") -> None:
        self.desk, pages, relay = place
        Visit.number += 1
        self.kim = f"kim-form{Visit.number}@customer.example"
        self.client = client or f"192.0.2.{Visit.number}"
        self.pages = Pages(pages.port)
        self.inbox = Inbox(relay, new_only=True)
        self.form = self.ask()

    def ask(self) -> dict[str, str]:
        """The hidden fields of the form, and the number that a browser would find."""
        got = self.pages.ask("/", X_Forwarded_For=self.client)
        assert got.status == 200, got.text
        return hidden(got.text)

    def post(self, fields: dict[str, str], *files: tuple[str, bytes], **headers: str) -> Answer:
        body, kind = multipart(fields, files)
        return self.pages.ask(
            "/", "POST", body, Content_Type=kind, X_Forwarded_For=self.client, **headers
        )

    def says(self, *files: tuple[str, bytes], **fields: str) -> Answer:
        usual = {"subject": "Lamp", "name": "Kim", "address": self.kim, "text": "It is dark."}
        answer = self.post({**self.form, **usual, "category": "technical", **fields}, *files)
        return self.at_code(answer)

    def confirms(self, path: str, fields: dict[str, str]) -> Answer:
        body, kind = multipart(fields, ())
        client = self.client
        answer = self.pages.ask(path, "POST", body, Content_Type=kind, X_Forwarded_For=client)
        return self.at_code(answer)

    def at_code(self, answer: Answer) -> Answer:
        """The page that asks for the code, where this leads there."""
        to = answer.headers.get("location", "")
        if answer.status != 303 or not to.startswith("/confirm/"):
            return answer
        return self.pages.ask(to, X_Forwarded_For=self.client)

    def code(self) -> str:
        """The code that was mailed, in a mail that says nothing of what was typed."""
        mail = self.inbox.take(self.kim)
        for told in ("Lamp", "It is dark", "Kim <"):
            assert told not in mail.as_string()
        return code_in(mail)

    def greeting(self) -> EmailMessage:
        return self.inbox.take(self.kim)


def hidden(page: str) -> dict[str, str]:
    form, bits = field(page, "form"), int(field(page, "bits"))
    number = next(n for n in range(10**8) if proof.holds(form, bits, str(n)))
    return {"form": form, "bits": str(bits), "proof": str(number)}


def code_in(mail: EmailMessage) -> str:
    text = text_of(mail).replace("\r", "")
    found = re.search(r"^ +(\d{3} \d{3})$", text, re.MULTILINE)
    assert found is not None, text
    return found[1]


def confirm_path(asked: Answer) -> str:
    found = re.search(r'action="(/confirm/[0-9a-f]+)"', asked.text)
    assert found is not None, asked.text
    return found[1]


def written_to(visit: Visit) -> list[Any]:
    """All mails to whoever visits, sent or not."""
    states = [word for state in OUTBOX_STATES for word in ("--state", state)]
    return [one for one in visit.desk.outbox(*states) if one["recipient"] == visit.kim]


def is_sent(answer: Answer) -> bool:
    return (answer.status, answer.headers.get("location", "").partition("?")[0]) == (303, "/sent")


def test_a_request_becomes_a_ticket_with_its_choices_and_a_mark(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says(("a b.txt", b"log"), priority="high", **{"own-licence_key": "LK-1"}))
    assert "on its way" in visit.pages.ask("/sent").text
    mail = visit.greeting()
    reference = str(mail["X-Maildesk-Ticket"])
    for told in ("Lamp", "dark", "Kim"):
        assert told not in text_of(mail)
    ticket = visit.desk.ticket(reference)
    assert (ticket["channel"], ticket["priority"], ticket["category"]) == (
        "web",
        "high",
        "technical",
    )
    assert ticket["fields"] == {"licence_key": "LK-1"}
    told = text_of(visit.inbox.take(BEN, ticket=reference))
    assert "Written on the web form" in told
    assert "a b.txt" in told


def test_a_form_that_is_sent_twice_is_one_request(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says())
    assert is_sent(visit.says())
    visit.greeting()
    changed = visit.says(text="Something else.")
    assert changed.status == 422
    assert "press the button once more" in changed.text
    assert "Something else." in changed.text
    spooled = rf"^.*spooled.*{re.escape(visit.client)}\b.*$"
    assert len(re.findall(spooled, visit.desk.log(), re.MULTILINE)) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": " "}, 'id="wrong-text"'),
        ({"subject": ""}, 'id="wrong-subject"'),
        ({"category": ""}, 'id="wrong-category"'),
        ({"category": "made up"}, 'id="wrong-category"'),
        ({"address": "kim"}, 'id="wrong-address"'),
        ({"address": "kim@customer.example\r\nBcc: x@y.example"}, 'id="wrong-address"'),
        ({"address": "a@b.example, c@d.example"}, 'id="wrong-address"'),
        ({"address": "=?utf-8?q?kim?=@customer.example"}, 'id="wrong-address"'),
        ({"address": "k" * 300 + "@b.example"}, 'id="wrong-address"'),
        ({"address": "support@desk.example"}, "This is an address of ours"),
        ({"address": "postmaster@desk.example"}, "This is an address of ours"),
        ({"address": "MAILER-DAEMON@customer.example"}, "at which we can answer you"),
        ({"address": "no-reply+1@customer.example"}, "at which we can answer you"),
        ({"text": "x" * 100_001}, "longer than 100,000"),
        ({"form": "0.1.2.3"}, "press the button once more"),
        ({"bits": "1"}, "press the button once more"),
        ({"bits": "-1"}, "press the button once more"),
    ],
)
def test_what_cannot_be_sent_comes_back_with_its_words(
    place: Place, fields: dict[str, str], said: str
) -> None:
    visit = Visit(place)
    answer = visit.says(**{"name": "Kim <b>O'Hara</b>", **fields})
    assert answer.status == 422
    assert said in answer.text
    assert "Kim &lt;b&gt;O&#39;Hara&lt;/b&gt;" in answer.text


@pytest.mark.parametrize("unseen", ["\u200b", "\ufeff", "\u202e", "\x00", "\x1b"])
def test_what_is_copied_along_with_an_address_and_not_seen_is_left_out(
    place: Place, unseen: str
) -> None:
    visit = Visit(place)
    assert is_sent(visit.says(address=f"{unseen}{visit.kim}{unseen}"))
    assert visit.greeting()["To"] == visit.kim


def test_without_the_proof_a_code_is_mailed_and_proves_the_address(place: Place) -> None:
    visit = Visit(place)
    asked = visit.says(("log.txt", b"line"), proof="")
    assert asked.status == 200
    assert f"mailed a code to {visit.kim}" in asked.text
    code = visit.code()
    path = confirm_path(asked)
    assert "Minutes left: 15 · tries left: 5" in asked.text
    wrong = visit.confirms(path, {"form": field(asked.text, "form"), "code": "1"})
    assert "This is not the code" in wrong.text
    assert f"mailed a code to {visit.kim}" in wrong.text
    assert "tries left: 4" in wrong.text
    form = {"form": field(wrong.text, "form"), "code": code}
    elsewhere = visit.pages.cookies.pop("maildesk-new")
    assert visit.confirms(path, form).status == 403
    visit.pages.cookies["maildesk-new"] = elsewhere
    done = visit.confirms(path, form)
    assert is_sent(done)
    assert "mistyped" not in visit.pages.ask(done.headers["location"]).text
    assert "mistyped" in visit.pages.ask("/sent").text
    mail = visit.greeting()
    assert "Lamp" in str(mail["Subject"])
    told = visit.inbox.take(BEN, ticket=str(mail["X-Maildesk-Ticket"]))
    assert "Written on the web form" not in text_of(told)
    assert "log.txt" in text_of(told)
    assert visit.confirms(path, form).status == 410  # it is used up


def test_the_page_of_the_code_is_there_again_for_its_browser_alone(place: Place) -> None:
    visit = Visit(place)
    asked = visit.says(proof="", subject="Paper jam")
    path, form = confirm_path(asked), {"form": field(asked.text, "form")}
    visit.confirms(path, {**form, "code": "1"})
    for at in (path, f"{path}/again"):
        got = visit.at_code(visit.pages.ask(at))
        again = got if got.status == 200 else visit.pages.ask(got.headers["location"])
        assert f"mailed a code to {visit.kim}" in again.text
        assert "tries left: 4" in again.text
        assert again.headers["cache-control"] == "no-store"
    for other in (f"{path[:-1]}{'0' if path[-1] != '0' else '1'}", "/confirm/x", path[:25]):
        assert visit.pages.ask(other).headers["location"] == "/"
    stranger = Visit(place)
    for at in (path, f"{path}/again"):
        assert stranger.pages.ask(at).headers["location"] == "/"
    assert "It is dark." not in stranger.pages.ask(f"/?waits={path.rpartition('/')[2]}").text
    proved = {**form, "code": visit.code()}
    assert is_sent(visit.confirms(path, proved))
    assert "This code was used" in visit.pages.ask(path).text


def test_another_code_is_mailed_and_only_the_newest_holds(place: Place) -> None:
    visit = Visit(place)
    asked = visit.says(proof="")
    path, first = confirm_path(asked), visit.code()
    again = visit.confirms(f"{path}/again", {"form": field(asked.text, "form")})
    assert again.status == 200
    assert f"mailed another code to {visit.kim}" in again.text
    second = visit.code()
    form = {"form": field(again.text, "form")}
    if first != second:
        assert "This is not the code" in visit.confirms(path, {**form, "code": first}).text
    foreign = visit.pages.cookies.pop("maildesk-new")
    assert visit.confirms(f"{path}/again", form).status == 403
    visit.pages.cookies["maildesk-new"] = foreign
    more = [visit.confirms(f"{path}/again", form).text for _ in range(4)]
    # five mails in all
    assert ["these were too many" in one for one in more] == [False, False, False, True]
    assert f"a code to {visit.kim}" in more[-1]
    codes = [visit.code() for _ in range(3)]
    assert is_sent(visit.confirms(path, {**form, "code": codes[-1]}))
    gone = visit.confirms(f"{path}/again", form)
    assert gone.status == 410
    assert "Please send it once more" in gone.text
    assert 'href="/">Back to the form' in gone.text


def test_back_from_the_code_stands_what_was_typed_to_be_changed(place: Place) -> None:
    visit = Visit(place)
    words = 'It is "dark" <here>.\n\n  * a list\n  * of two\n\n' + "Long " * 60 + "\nÜber uns: 10 €"
    typed = {"text": words, "priority": "high", "own-licence_key": "LK-1", "name": 'K. "Kim" Ü'}
    wrong = "typed@wrong.example"
    asked = visit.says(("a.txt", b"log"), proof="", address=wrong, **typed)
    assert f"mailed a code to {wrong}" in asked.text
    found = re.search(r'href="(/\?waits=[0-9a-f]+)">Back to the form', asked.text)
    assert found is not None
    back = visit.pages.ask(found[1], X_Forwarded_For=visit.client)
    assert back.status == 200
    assert field(back.text, "subject") == "Lamp"
    assert field(back.text, "address") == wrong
    assert field(back.text, "own-licence_key") == "LK-1"
    assert field(back.text, "name") == "K. &#34;Kim&#34; Ü"
    shown = re.search(r"<textarea[^>]*>(.*?)</textarea>", back.text, re.DOTALL)
    assert shown is not None
    assert html.unescape(shown[1]) == words
    assert re.findall(r'<option value="(\w+)" selected>', back.text) == ["technical", "high"]
    assert "Files have to be chosen again" in back.text
    visit.form = hidden(back.text)
    assert is_sent(visit.says(**{**typed, "address": visit.kim}))


def test_a_code_proves_its_address_and_brings_nobody_else_a_mail(place: Place) -> None:
    visit = Visit(place)
    asked = visit.says(proof="", copies="lee@elsewhere.example, ana@customer.example")
    fields = {"form": field(asked.text, "form"), "code": visit.code()}
    assert is_sent(visit.confirms(confirm_path(asked), fields))
    ticket = visit.desk.ticket(str(visit.greeting()["X-Maildesk-Ticket"]))
    assert [one["address"] for one in ticket["participants"]] == [visit.kim]


def test_a_code_on_the_page_of_the_request_proves_the_address(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says())
    reference = str(visit.greeting()["X-Maildesk-Ticket"])
    notice = visit.inbox.take(BEN, ticket=reference)
    assert "Written on the web form" in text_of(notice)
    words = answer(notice, BEN, "Pull the plug.")
    visit.desk.send(words, BEN, address_in(notice["Reply-To"]))
    link = link_in(visit.inbox.take(visit.kim, subject="Re:"))
    form = {"form": field(visit.pages.ask(link).text, "form")}
    asked = visit.confirms(f"{link}/code", form)
    proof = {
        "form": field(asked.text, "form"),
        "code": code_in(visit.inbox.take(visit.kim, subject=f"Your code for {reference}: Lamp")),
    }
    assert visit.confirms(f"{link}/confirm", proof).status == 303
    happened = str(visit.desk.ticket(reference)["history"])
    assert "address_proved" in happened


def test_five_wrong_codes_are_all_there_are(place: Place) -> None:
    visit = Visit(place)
    asked = visit.says(proof="1")
    path = confirm_path(asked)
    form, code = {"form": field(asked.text, "form")}, visit.code()
    tries = [f"{n:06d}" for n in range(6) if f"{n:06d}" != code.replace(" ", "")][:5]
    left = [visit.confirms(path, {**form, "code": one}).text for one in tries]
    assert ["holds no more" in one for one in left] == [False] * 4 + [True]
    late = visit.confirms(path, {**form, "code": code}).text
    assert "holds no more" in late
    assert 'id="code"' not in late
    fresh = visit.confirms(f"{path}/again", form).text
    assert "tries left: 5" in fresh
    assert is_sent(visit.confirms(path, {**form, "code": visit.code()}))


def test_somebody_blocked_is_mailed_no_code_and_held_as_their_mail_is(place: Place) -> None:
    visit = Visit(place)
    visit.desk.edit("desk.yaml", "  block: []", f"  block: [{visit.kim}]")
    assert is_sent(visit.says(proof=""))

    def held() -> list[str]:
        found = visit.desk.quarantine()
        return [one["reason"] for one in found if one["sender"] == visit.kim]

    wait_until(lambda: held() == ["blocked"], "it is held")
    assert written_to(visit) == []
    visit.desk.edit("desk.yaml", f"  block: [{visit.kim}]", "  block: []")


def test_a_file_that_is_not_passed_on_is_said_so(place: Place) -> None:
    visit = Visit(place)
    answer = visit.says(("ok.txt", b"log"), ("run<b>.exe", b"MZ\0\0"), ("צילום.exe", b"MZ"))
    assert answer.status == 422
    found = re.search(r'id="wrong-files">([^<]*)<', answer.text)
    assert found is not None
    assert "sort or size: run_b_.exe, \u2068צילום.exe\u2069. Please" in found[1]
    many = [(f"{n}.exe", b"MZ") for n in range(9)]
    assert "0.exe, 1.exe, 2.exe, 3.exe, 4.exe, …. Please" in visit.says(*many).text


def test_files_have_to_be_chosen_again_only_where_some_had_been(place: Place) -> None:
    person = Visit(place)
    again = "Files have to be chosen again."
    assert again not in person.says(address="kim").text
    assert again in person.says(("a.txt", b"x"), address="kim").text


def test_a_filled_trap_looks_like_success_and_opens_nothing(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(visit.says(website="https://spam.example"))
    wait_until(lambda: "a trap was filled" in visit.desk.log(), "it is counted")
    spooled = rf"^.*spooled.*{re.escape(visit.client)}\b.*$"
    assert re.findall(spooled, visit.desk.log(), re.MULTILINE) == []


def test_a_line_in_a_field_never_becomes_a_field_of_the_header(place: Place) -> None:
    visit = Visit(place)
    evil = "x\r\nBcc: victim@elsewhere.example\r\n\r\nwords"
    assert is_sent(visit.says(subject=evil, name=evil, **{"own-licence_key": evil}))
    mail = visit.greeting()
    ticket = visit.desk.ticket(str(mail["X-Maildesk-Ticket"]))
    assert ticket["subject"] == "x Bcc: victim@elsewhere.example words"
    assert [one["address"] for one in ticket["participants"]] == [visit.kim]


def test_odd_letters_arrive_as_they_can(place: Place) -> None:
    visit = Visit(place)
    assert is_sent(
        visit.says(subject="طابعة \u202etxt.exe", text="a\0b \ufffe 👩\u200d🔧 \r\n.\r\n")
    )
    ticket = visit.desk.ticket(str(visit.greeting()["X-Maildesk-Ticket"]))
    assert ticket["subject"] == "طابعة txt.exe"
    assert "👩\u200d🔧" in ticket["messages"][0]["text"]


def test_another_browser_and_another_site_send_nothing(place: Place) -> None:
    visit = Visit(place)
    assert visit.post(visit.form, Sec_Fetch_Site="cross-site").status == 403
    visit.pages.cookies.clear()
    assert visit.says().status == 422


def test_ten_thousand_fields_are_refused(place: Place) -> None:
    visit = Visit(place)
    assert visit.says(**{f"x{n}": "1" for n in range(10_000)}).status == 400
    assert visit.says(subject="Still here").status == 303


def test_a_body_that_is_too_long_is_refused_before_it_is_read(place: Place) -> None:
    visit = Visit(place)
    got = visit.says(("big.bin", b"\0" * 30_000_000), text="Dark & cold.")
    assert got.status == 413
    assert "Together these files are too large." in got.text
    assert "Files have to be chosen again." in got.text
    assert "Dark &amp; cold.</textarea>" in got.text
    visit.form = hidden(got.text)
    assert is_sent(visit.says())


def test_one_address_is_taken_three_times_an_hour_from_one_network(place: Place) -> None:
    visit = Visit(place)
    for n in range(3):
        visit.form = visit.ask()
        assert is_sent(visit.says(subject=f"Lamp {n}"))
    visit.form = visit.ask()
    answer = visit.says()
    assert answer.status == 429
    assert "there were many requests" in answer.text
    assert "It is dark." in answer.text


def test_whoever_types_somebody_elses_address_neither_stops_nor_floods_them(place: Place) -> None:
    kim, others = Visit(place), [Visit(place) for _ in range(3)]
    for n, other in enumerate(others * 3):
        other.form = other.ask()
        assert is_sent(other.says(address=kim.kim, subject=f"Not Kim's {n}"))
    assert is_sent(kim.says(subject="Kim's own"))
    wait_until(lambda: len(kim.desk.tickets_of(kim.kim)) == 10, "all are tickets")
    assert len(written_to(kim)) == 5  # loops: per_address


def test_the_next_request_of_a_network_costs_more(place: Place) -> None:
    visit = Visit(place, "203.0.113.7")
    first = int(visit.form["bits"])
    assert is_sent(visit.says())
    assert int(visit.ask()["bits"]) == first + 1
    assert int(Visit(place, "203.0.113.8").form["bits"]) == first


@pytest.mark.parametrize(
    ("language", "said"), [("de", "Wie können wir helfen?"), ("fr", "Comment pouvons-nous")]
)
def test_the_form_speaks_the_language_of_its_reader(place: Place, language: str, said: str) -> None:
    visit = Visit(place)
    assert said in visit.pages.ask("/", Accept_Language=language).text


def test_the_script_may_be_kept_and_only_the_form_runs_it(place: Place) -> None:
    pages = place[1]
    page = pages.ask("/")
    assert "script-src 'self'" in page.headers["content-security-policy"]
    path = re.search(r'src="(/script\.js\?[0-9a-f]{12})"', page.text)
    assert path is not None
    script = pages.ask(path[1])
    assert script.headers["content-type"].startswith("text/javascript")
    assert len(script.octets) < 15_000
    for other in ("/sent", "/nowhere"):
        found = pages.ask(other)
        assert "script-src" not in found.headers["content-security-policy"]
        assert "<script" not in found.text

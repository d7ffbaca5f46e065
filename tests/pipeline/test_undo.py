"""What an agent's mail did is taken back, by a reply to its receipt or by one tap: once, for a day,
by that agent alone; what somebody else has changed since stays theirs."""

from __future__ import annotations

import re
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from tests.pipeline.place import Place, mail, told, words

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"


def receipt(place: Place, agent: str) -> EmailMessage:
    """The last that this agent heard of what a mail of theirs did."""
    return told(place, agent, "agent_transcript")[-1]


def button(letter: EmailMessage) -> tuple[str, str, str]:
    """What the button that takes it back sends: to, subject, words."""
    page = letter.get_body(("html",))
    assert page is not None
    links = re.findall(r'href="(mailto:[^"]+)"', str(page.get_content()))
    found = [urlsplit(one.replace("&amp;", "&")) for one in links]
    (link,) = [one for one in found if re.search(r"body=#(undo|rückgängig)$", unquote(one.query))]
    asked = parse_qs(link.query)
    return unquote(link.path), asked["subject"][0], asked["body"][0]


def taps(place: Place, agent: str, letter: EmailMessage, **more: str) -> Any:
    """This agent taps it."""
    to, subject, body = button(letter)
    fields = {"From": agent, "To": to, "Subject": subject, "Message-ID": "<tap@desk.example>"}
    return place.receive(mail(body, **{**fields, **more}), agent, to)


def replies(place: Place, agent: str, letter: EmailMessage, text: str) -> Any:
    """This agent answers this very mail."""
    to = str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
    fields = {"From": agent, "To": to, "In_Reply_To": str(letter["Message-ID"])}
    return place.receive(mail(text, **fields), agent, to)


def ticket(place: Place) -> Any:
    return place.row("tickets", 1)


def history(place: Place) -> list[str]:
    return [row.what for row in place.rows("history", ticket_id=1)]


def test_the_receipt_says_what_is_so_now_what_was_before_and_what_undoing_does(
    both: Place,
) -> None:
    both.receive(mail())
    both.answer(BEN, "#take")
    both.answer(BEN, "#assign carla\n#priority high\n#label +vip\n#note\nBe kind.")
    read = words(receipt(both, BEN))
    assert "Assignee: Carla Weiss (before: you)" in read
    assert "Priority: high (before: normal)" in read
    assert "Label vip: set (before: not set)" in read
    assert "> Be kind." in read
    assert "#undo on the first line of your reply, until 21 Nov 2026" in read
    assert "Then this is so again: Assignee: you Priority: normal Label vip: not set" in read
    assert "What is out cannot be taken back: mail to Carla Weiss." in read


@pytest.mark.parametrize("way", ["reply", "button"])
def test_all_of_one_mail_is_taken_back_at_once(both: Place, way: str) -> None:
    both.receive(mail())
    both.answer(BEN, "#take")
    both.answer(
        BEN, "#assign carla\n#priority high\n#label +vip\n#hold\n#cc +lee@elsewhere.example"
    )
    assert (ticket(both).assignee, ticket(both).status) == (CARLA, "on_hold")
    done = receipt(both, BEN)
    if way == "reply":
        assert replies(both, BEN, done, "#undo").outcome == "threaded"
    else:
        assert taps(both, BEN, done).outcome == "threaded"
    row = ticket(both)
    assert (row.assignee, row.priority, row.status) == (BEN, "normal", "open")
    assert row.labels == []
    assert both.rows("participants", address="lee@elsewhere.example") == []
    read = words(receipt(both, BEN))
    assert "done #undo" in read
    assert "Assignee: you (before: Carla Weiss)" in read
    assert "Status: open (before: on hold)" in read
    assert history(both).count("undone") == 1


def test_a_ticket_that_was_taken_up_is_open_again_and_nobodys(place: Place) -> None:
    """No move of the table leads from in progress to open: this is none."""
    place.receive(mail())
    place.answer(BEN, "#take\n#start")
    taps(place, BEN, receipt(place, BEN))
    assert (ticket(place).status, ticket(place).assignee) == ("open", "")


def test_what_a_colleague_has_changed_since_stays_and_is_named(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#priority high\n#category billing\n#label +vip")
    done = receipt(both, BEN)
    both.later(60)
    both.answer(CARLA, "#priority urgent")
    replies(both, BEN, done, "#undo")
    row = ticket(both)
    assert (row.priority, row.labels) == ("urgent", []), "the rest is taken back"
    read = words(receipt(both, BEN))
    assert "Priority was not put back: it has been changed since (Carla Weiss)" in read
    assert "is urgent now" in read


def test_where_all_of_it_was_changed_nothing_happens_and_that_is_said(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high")
    done = receipt(place, BEN)
    place.later(60)
    place.answer(CARLA, "#priority low")
    replies(place, BEN, done, "#undo")
    assert ticket(place).priority == "low"
    read = words(receipt(place, BEN))
    assert "NOT #undo it has all been changed since (Carla Weiss)" in read
    assert place.rows("quarantine") == []


def test_it_acts_once(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#priority high")
    done = receipt(both, BEN)
    assert taps(both, BEN, done).outcome == "threaded"
    assert taps(both, BEN, done).outcome == "duplicate", "the very same mail once more"
    both.later(60)
    both.answer(BEN, "#prio high")
    taps(both, BEN, done, Message_ID="<tap-2@desk.example>")
    assert ticket(both).priority == "high"
    assert "NOT #undo it was taken back before" in words(receipt(both, BEN))


def test_an_undo_can_be_undone(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high")
    replies(place, BEN, receipt(place, BEN), "#undo")
    assert ticket(place).priority == "normal"
    taps(place, BEN, receipt(place, BEN))
    assert ticket(place).priority == "high"


def test_it_works_for_a_day(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#priority high")
    done = receipt(both, BEN)
    both.later(24 * 3600 + 1)
    taps(both, BEN, done)
    assert ticket(both).priority == "high"
    assert "it is too late" in words(receipt(both, BEN))
    both.later(48 * 3600)
    assert taps(both, BEN, done, Message_ID="<late@desk.example>").outcome == "threaded"
    assert ticket(both).priority == "high"


def test_a_desk_says_itself_how_long(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8").replace("\nperiods:\n", "\nperiods:\n  undo: 10m\n", 1)
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    place.answer(BEN, "#priority high")
    done = receipt(place, BEN)
    place.later(601)
    taps(place, BEN, done)
    assert ticket(place).priority == "high"


def test_without_any_receipt_it_is_the_last_that_they_did(place: Place) -> None:
    place.receive(mail())
    first = place.letters(BEN)[-1]
    place.answer(BEN, "#priority high")
    place.answer(BEN, "#label +vip")
    replies(place, BEN, first, "#undo")
    assert (ticket(place).priority, ticket(place).labels) == ("high", [])
    replies(place, BEN, first, "#undo  ")
    assert ticket(place).priority == "normal"


@pytest.mark.parametrize(
    ("agent", "said"),
    [
        (BEN, "there is nothing of yours here that could be taken back"),
        (CARLA, "hier gibt es nichts von Ihnen, das sich zurücknehmen ließe"),
    ],
)
def test_where_there_is_nothing_to_take_back_it_says_so(
    place: Place, agent: str, said: str
) -> None:
    place.receive(mail())
    assert place.answer(agent, "#undo").outcome == "threaded"
    assert said in words(receipt(place, agent))
    assert place.rows("quarantine") == []


def test_what_a_colleague_did_is_none_of_theirs(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#assign carla\n#priority high")
    both.answer(CARLA, "#undo")
    assert ticket(both).priority == "high"


def test_beside_an_answer_that_is_out_only_what_was_asked_for_is_put_back(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#priority high\nPull the paper out.")
    read = words(receipt(both, BEN))
    assert "What is out cannot be taken back: mail to kim@customer.example." in read
    assert "Then this is so again: Priority: normal " in read
    both.deliver()
    taps(both, BEN, receipt(both, BEN))
    row = ticket(both)
    assert (row.priority, row.status, row.assignee) == ("normal", "in_progress", BEN)


def test_a_note_cannot_be_taken_back_and_offers_nothing(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#note\nShe is a VIP.")
    read = words(receipt(place, BEN))
    assert "take this back" not in read
    place.answer(BEN, "#undo")
    assert "what was noted has been read" in words(receipt(place, BEN))


def test_it_stands_alone(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high")
    assert place.answer(BEN, "#undo\nSorry for that.").outcome == "held"
    assert ticket(place).priority == "high"
    assert "#undo stands alone" in words(place.letters(BEN)[-1])


@pytest.mark.parametrize("words_", ["#rückgängig", "#annuler", "# undo", "#UNDO."])
def test_it_is_spelled_in_every_language(place: Place, words_: str) -> None:
    place.receive(mail())
    place.answer(BEN, "#priority high")
    place.answer(BEN, words_)
    assert ticket(place).priority == "normal"


def test_time_worked_is_taken_off_again_whatever_was_added_since(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#spent 15m")
    done = receipt(place, BEN)
    place.answer(CARLA, "#spent 1h")
    replies(place, BEN, done, "#undo")
    assert ticket(place).spent == 3600


def test_who_moved_it_out_of_their_own_sight_can_take_that_back(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#queue billing")
    replies(place, BEN, receipt(place, BEN), "#undo")
    assert ticket(place).queue == "support"


def asleep(place: Place) -> str:
    until = ticket(place).snoozed_until
    return f"{until:%d. %H:%M}" if until else ""


def test_who_takes_back_a_sleep_takes_back_the_rest_though_the_customer_woke_it(
    both: Place,
) -> None:
    both.receive(mail())
    both.answer(BEN, "#snooze 2d\n#priority high")
    done = receipt(both, BEN)
    assert "Put off until: Sunday, 22 November 2026 at 11:00 CET (before: not put off)" in words(
        done
    )
    both.later(60)
    both.answer(KIM, "It is urgent.")
    replies(both, BEN, done, "#undo")
    assert (ticket(both).priority, asleep(both)) == ("normal", "")
    read = words(receipt(both, BEN))
    assert "done #undo" in read and "Put off until was not put back" not in read


def test_what_a_colleague_put_off_since_sleeps_on(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#snooze 2d\n#priority high")
    done = receipt(both, BEN)
    both.later(60)
    both.answer(CARLA, "#snooze 5d")
    replies(both, BEN, done, "#undo")
    assert (ticket(both).priority, asleep(both)) == ("normal", "25. 10:01")
    read = words(receipt(both, BEN))
    assert "Put off until was not put back: it has been changed since (Carla Weiss)" in read
    assert "and is 2026-11-25 11:01 now" in read


@pytest.mark.parametrize(("hours", "stands"), [(0.5, "20. 11:00"), (2, "")])
def test_it_sleeps_as_before_as_far_as_that_is_still_to_come(
    both: Place, hours: float, stands: str
) -> None:
    both.receive(mail())
    both.answer(BEN, "#snooze 1h")
    both.answer(BEN, "#snooze 5h\n#priority high")
    both.later(hours * 3600)
    replies(both, BEN, receipt(both, BEN), "#undo")
    assert (ticket(both).priority, asleep(both)) == ("normal", stands)
    rings = [row.rings_at for row in both.rows("timers", kind="snooze", state="due")]
    assert [f"{at:%d. %H:%M}" for at in rings] == ([stands] if stands else [])


class TestAttacks:
    """Whoever has the address of another, or makes one up, takes nothing back."""

    def done(self, place: Place) -> EmailMessage:
        place.receive(mail())
        place.answer(BEN, "#priority high")
        return receipt(place, BEN)

    def test_another_agent(self, both: Place) -> None:
        done = self.done(both)
        assert taps(both, CARLA, done).outcome == "held spoofed"
        assert ticket(both).priority == "high"

    def test_a_customer(self, both: Place) -> None:
        done = self.done(both)
        assert taps(both, KIM, done).outcome.startswith("held")
        assert ticket(both).priority == "high"

    def test_one_character_changed(self, both: Place) -> None:
        to, subject, body = button(self.done(both))
        changed = to.replace("@", "a@") if to[to.index("@") - 1] == "b" else to
        at = changed.index("@")
        changed = f"{changed[: at - 1]}{'0' if changed[at - 1] != '0' else '1'}{changed[at:]}"
        fields = {"From": BEN, "To": changed, "Subject": subject}
        assert both.receive(mail(body, **fields), BEN, changed).outcome != "threaded"
        assert ticket(both).priority == "high"

    def test_an_address_that_was_made_for_something_else(self, both: Place) -> None:
        """The number of an act behind the purpose of an answer, and the other way round."""
        self.done(both)
        letter = both.letters(BEN)[-1]
        to = str(letter["Reply-To"]).rpartition("<")[2].rstrip(">")
        forged = re.sub(r"\+a", "+u", to)
        both.receive(mail("#undo", From=BEN, To=forged), BEN, forged)
        assert ticket(both).priority == "high"

    def test_an_agent_who_is_no_more(self, both: Place) -> None:
        done = self.done(both)
        file = both.folder / "agents.yaml"
        text = re.sub(
            r"(?ms)^  - name: Ben Okafor.*?(?=^  - name|\Z)", "", file.read_text(encoding="utf-8")
        )
        file.write_text(text, encoding="utf-8")
        assert both.services.keeper.reload_now()
        assert taps(both, BEN, done).outcome == "held revoked"
        assert ticket(both).priority == "high"

    def test_addresses_that_were_renewed(self, place: Place) -> None:
        done = self.done(place)
        last = place.letters(BEN)[-1]
        replies(place, BEN, last, "#renew")
        assert taps(place, BEN, done).outcome == "held renewed"
        assert ticket(place).priority == "high"

    def test_a_program_that_answers(self, place: Place) -> None:
        done = self.done(place)
        taps(place, BEN, done, Auto_Submitted="auto-replied")
        assert ticket(place).priority == "high"

    def test_other_words_than_that(self, place: Place) -> None:
        to, subject, _ = button(self.done(place))
        fields = {"From": BEN, "To": to, "Subject": subject}
        done = place.receive(mail("Thanks, Ben", **fields), BEN, to)
        assert done.outcome == "held not_confirmed"
        assert len(place.letters(KIM)) == 1


def test_without_sub_addresses_the_subject_of_the_tap_proves_it(place: Place) -> None:
    file = place.folder / "desk.yaml"
    text = file.read_text(encoding="utf-8") + "\nsub_addresses: no\n"
    file.write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    place.answer(BEN, "#priority high")
    done = receipt(place, BEN)
    to, subject, _ = button(done)
    assert to == "support@desk.example"
    assert re.search(r"u\w+-\w+-\w+", subject)
    taps(place, BEN, done)
    assert ticket(place).priority == "normal"


def test_the_receipt_of_an_undo_says_what_stays(both: Place) -> None:
    both.receive(mail())
    both.answer(BEN, "#close\nIt was the cable.")
    both.answer(BEN, "#undo")
    read = words(receipt(both, BEN))
    assert "Status: open (before: closed)" in read
    assert "The mail to Kim is out: it cannot be taken back." in read
    assert "Assignee stays Ben Okafor, for that came with the answer." in read
    both.answer(BEN, "#priority high")
    both.answer(BEN, "#undo")
    assert "stays" not in words(receipt(both, BEN))

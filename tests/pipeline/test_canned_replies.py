"""Canned replies from the mail to the mail: what goes out stands in the conversation, what cannot
is asked about, and a changed file counts at once."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, unquote, urlsplit

from maildesk.desk.actor import agent_acts
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from tests.pipeline.place import Place, mail, told, words

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"
KEY = """\
---
category: technical
subject: Where the key is
---
Hello {{ customer_first_name }},

the key is **{{ licence_key }}**.

Kind regards,
{{ agent_first_name }}
"""


def shelf(place: Place, **files: str) -> None:
    """The admin adds files to canned/, and they are taken up."""
    (place.folder / "canned").mkdir(exist_ok=True)
    for name, text in files.items():
        (place.folder / "canned" / f"{name}.md").write_text(text, encoding="utf-8")
    assert place.services.keeper.reload_now()


def page(place: Place, person: str) -> str:
    body = place.letters(person)[-1].get_body(("html",))
    assert body is not None
    return str(body.get_content())


def test_it_goes_out_filled_in_and_stands_so_in_the_conversation(both: Place) -> None:
    shelf(both, key=KEY)
    both.receive(mail("Where is my key?", From="Kim Novak <kim@customer.example>"))
    both.answer(BEN, "#set licence_key=HB-*1*\n#wait\n\nGood that you ask.\n\n/key\n\nSee you!")
    last = words(both.letters(KIM)[-1])
    expected = "Hello Kim, the key is HB-*1*. Kind regards, Ben"
    assert last.startswith(f"Good that you ask. {expected} See you!")
    assert "<strong>HB-*1*</strong>" in page(both, KIM)
    assert "/key" not in last
    kept = both.rows("messages")[-1]
    assert " ".join(kept.reply.split()) == f"Good that you ask. {expected} See you!"
    assert both.row("tickets", 1).status == "waiting"
    done = words(told(both, BEN, "agent_transcript")[-1])
    assert "/key" in done and "#wait" in done


def test_a_missing_value_holds_the_mail_and_says_which(place: Place) -> None:
    shelf(place, key=KEY)
    place.receive(mail("Where is my key?", From="Kim Novak <kim@customer.example>"))
    before = len(place.letters(KIM))
    assert place.answer(BEN, "#resolve\n/key").outcome == "held"
    assert len(place.letters(KIM)) == before
    (asked,) = told(place, BEN, "agent_unknown_command")
    assert 'the canned reply /key needs a value for "licence_key"' in words(asked)
    assert place.row("tickets", 1).status == "open"


def test_an_unknown_one_is_held_and_the_nearest_is_named(place: Place) -> None:
    shelf(place, key=KEY)
    place.receive(mail("Where is my key?"))
    assert place.answer(BEN, "Look here:\n\n/kye\n").outcome == "held"
    (asked,) = told(place, BEN, "agent_unknown_command")
    assert 'there is no canned reply "kye"; there are /key, /reset-password' in words(asked)
    assert "did you mean /key?" in words(asked)


def test_a_colleague_is_shown_the_words_and_not_the_shortcut(place: Place) -> None:
    shelf(place, hello="Hello, **all is well**.")
    place.receive(mail("Is it?"))
    place.answer(CARLA, "#note\n/hello")
    (note,) = told(place, BEN, "agent_note")
    assert "Hello, all is well." in words(note)
    assert "/hello" not in words(note)


def test_a_changed_file_counts_at_once_and_a_broken_one_leaves_the_last(place: Place) -> None:
    shelf(place, hello="First.")
    place.receive(mail("Is it?"))
    place.answer(BEN, "/hello")
    assert words(place.letters(KIM)[-1]).startswith("First.")
    shelf(place, hello="Second.")
    place.answer(BEN, "#reply\n/hello")
    assert words(place.letters(KIM)[-1]).startswith("Second.")
    (place.folder / "canned" / "hello.md").write_text("{{ nobody }}", encoding="utf-8")
    assert not place.services.keeper.reload_now()
    place.answer(BEN, "#reply\n/hello")
    assert words(place.letters(KIM)[-1]).startswith("Second.")


def test_the_list_comes_by_mail_those_of_the_category_first(place: Place) -> None:
    shelf(place, key=KEY, aaa="Nothing in particular.")
    place.receive(mail("Where is my key?"))
    place.answer(BEN, "#category technical")
    place.answer(BEN, "#canned")
    (answer,) = told(place, BEN, "agent_answer")
    shown = words(answer)
    assert shown.index("/key Where the key is") < shown.index("/aaa")
    assert "technical" in shown and "Nothing in particular." in shown
    assert "reset-password" in shown and "en, de" in shown.replace("de, en", "en, de")


def test_the_command_line_answers_with_one(place: Place) -> None:
    shelf(place, hello="Hello, **all is well**.")
    place.receive(mail("Is it?"))
    policy = place.services.keeper.current.policy
    ben = policy.agent(BEN)
    assert ben is not None
    (done,) = act(place.services, agent_acts(ben), [Command("canned", "hello")], ["TKT-0001"])
    assert done.problems == ()
    assert words(place.letters(KIM)[-1]).startswith("Hello, all is well.")
    assert "<strong>all is well</strong>" in page(place, KIM)
    assert place.rows("messages")[-1].reply == "Hello, all is well."


def test_notifications_offer_those_of_the_category_by_one_tap(place: Place) -> None:
    head = "---\ncategory: {}\n---\n"
    four = {f"fix{n}": f"{head.format('technical')}Do {n}." for n in range(4)}
    shelf(place, key=KEY, pay=f"{head.format('billing')}Pay.", **four)
    place.receive(mail("Where is my key?"))
    assert "fix0" not in page(place, CARLA)
    place.answer(CARLA, "#category technical\n#assign ben")
    shown = page(place, BEN)
    assert [name for name in ("fix0", "fix1", "fix2", "fix3") if f": {name}" in shown] == [
        "fix0",
        "fix1",
        "fix2",
    ]
    assert ": pay" not in shown
    links = re.findall(r'href="(mailto:[^"]+)"', shown)
    tap = urlsplit(next(one for one in links if "fix1" in one).replace("&amp;", "&"))
    body = parse_qs(tap.query)["body"][0]
    place.receive(mail(body, From=BEN, To=tap.path), BEN, unquote(tap.path))
    assert words(place.letters(KIM)[-1]).startswith("Do 1.")


def test_a_reply_that_lacks_a_value_is_no_button_until_it_is_there(place: Place) -> None:
    shelf(place, key=KEY)
    place.receive(mail("Where is my key?", From="Kim Novak <kim@customer.example>"))
    place.answer(CARLA, "#category technical\n#assign ben")
    assert "Where the key is" not in page(place, BEN)
    place.answer(BEN, "#set licence_key=HB-1\n#assign carla")
    assert "Where the key is" in page(place, CARLA)


def test_a_lone_slash_names_no_reply_and_goes_to_nobody(place: Place) -> None:
    shelf(place, key=KEY)
    place.receive(mail("Where is my key?", From="Kim Novak <kim@customer.example>"))
    before = len(place.letters(KIM))
    assert place.answer(BEN, "#resolve\n/").outcome == "held"
    assert len(place.letters(KIM)) == before
    assert "which canned reply?" in words(told(place, BEN, "agent_unknown_command")[-1])
    assert place.row("tickets", 1).status == "open"

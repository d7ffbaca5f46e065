"""The words of a language: why something was refused is said in the language of
whoever reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from maildesk.config.templates.words import language_named
from maildesk.desk import effects as fx
from maildesk.desk.from_agent import wrote
from maildesk.desk.mails.attachment_policy import ASK, Room, beyond, by_command_line, refusal
from maildesk.desk.mails.limits import AttachmentLimits
from maildesk.desk.problem import Problem
from maildesk.desk.ticket import Status
from maildesk.mail.message import Attachment
from tests.desk.stories import NOW, POLICY, from_agent, ticket

WRONG = (
    *(
        "#reslove",
        "#zzz",
        "# note he pays late",
        "#assign nobody-we-know",
        "#assign karla",
        "#label x",
        "#set color=red",
    ),
    *(
        "#priority x",
        "#category x",
        "#type x",
        "#queue x",
        "#spent soon",
        "#spent 2000h",
        "#subject",
        "",
        "x\n" * 300_000,
    ),
    *(
        "#cc example.org",
        f"#cc {POLICY.agents[0].address}",
        "#cc -ana@harbour.example",
        "#tag",
        "#cc",
    ),
)
LABELLED = replace(POLICY, labels={"vip": ""})
SIGNS = " there is are not may cannot your needs takes did please "


def reasons(words: str, behaviour: Status = Status.OPEN) -> tuple[Problem, ...]:
    """Why an agent's mail was held."""
    effects = wrote(ticket(behaviour), from_agent(words), LABELLED, NOW)
    (asked,) = [effect for effect in effects if isinstance(effect, fx.NotifyAgents)]
    assert asked.template == "agent_unknown_command"
    return tuple(asked.context["problems"])  # type: ignore[arg-type]


@pytest.mark.parametrize("words", WRONG)
def test_whatever_holds_an_agents_mail_is_said_in_german_to_a_german(words: str) -> None:
    for why in reasons(words):
        german = language_named("de").why(why)
        assert not set(german.lower().split()) & set(SIGNS.split()), german


def test_a_value_keeps_its_place_in_the_sentence() -> None:
    assert (
        language_named("en").why(reasons("#assign karla"))
        == 'neither an agent nor a team is called "karla"; there are Ben Okafor, Carla Ruiz, '
        "Dev Patel, support, network; did you mean Carla?"
    )
    assert (
        language_named("de").why(reasons("#assign karla"))
        == "weder jemand bei uns noch ein Team heißt „karla“; es gibt Ben Okafor, Carla Ruiz, "
        "Dev Patel, support, network; meinten Sie Carla?"
    )


def test_a_move_that_cannot_be_is_said_in_german_too() -> None:
    (why,) = reasons("#resolve", Status.CLOSED)
    assert language_named("en").why(why) == "a ticket that is closed cannot be resolved"
    assert language_named("de").why(why) == (
        "ein Ticket im Status „geschlossen“ lässt sich nicht als erledigt markieren"
    )


def test_a_refused_file_is_explained_to_a_customer_in_their_language() -> None:
    limits = AttachmentLimits(max_size=10 * 1_048_576)
    film = Attachment(1, "film.mov", "video/quicktime", 73_400_320)
    tool = Attachment(2, "setup.exe", "application/octet-stream", 4_000)
    german, french = language_named("de"), language_named("fi")
    assert [german.why(refusal(file, limits) or "") for file in (film, tool)] == [
        "größer als 10 MB",
        "Programme geben wir nicht weiter",
    ]
    assert [french.why(refusal(file, limits) or "") for file in (film, tool)] == [
        "larger than 10 MB",
        "programs are not passed on",
    ]


def test_a_limit_below_a_megabyte_is_told_in_kilobytes() -> None:
    film = Attachment(1, "film.mov", "video/quicktime", 73_400_320)
    why = refusal(film, AttachmentLimits(max_size=500 * 1024)) or ""
    assert language_named("en").why(why) == "larger than 500 KB"
    assert language_named("de").why(why) == "größer als 500 KB"


def test_files_that_are_too_large_together_are_told_with_the_way_to_get_them() -> None:
    limits = AttachmentLimits(max_size=10, max_total=20)
    found = [
        Attachment(n, f"{n}.pdf", "application/pdf", size)
        for n, size in enumerate((9, 9, 3, 11, 2))
    ]
    english = language_named("en")
    ((beside, why),) = beyond(found, limits, Room(limits, None))
    assert (beside.index, english.why(why)) == (2, "more than 0 KB in all")
    german = language_named("de")
    large = Room(AttachmentLimits(), None).reason
    assert (english.why(large), german.why(large)) == (
        "more than 20 MB in all",
        "mehr als 20 MB zusammen",
    )
    how = (*large, by_command_line("TKT-0001"))
    assert (
        english.why(how)
        == "more than 20 MB in all; maildesk ticket files TKT-0001 writes it to a folder"
    )
    assert (
        german.why(how)
        == "mehr als 20 MB zusammen; maildesk ticket files TKT-0001 legt sie in einen Ordner"
    )
    assert german.why((*Room(limits, 0).reason, ASK)) == (
        "mehr als 0 KB zusammen; mehr nimmt der Mailserver in einer Mail nicht an; "
        "#dateien schicken in der ersten Zeile einer Antwort bringt sie"
    )


def test_room_in_a_mail_counts_what_a_file_becomes_on_the_line() -> None:
    room = Room(AttachmentLimits(max_total=20_000_000), 10_000_000)
    assert (
        language_named("en").why(room.reason)
        == "more than 6 MB in all; the mail server takes no more in one mail"
    )
    assert not room.takes(Attachment(1, "a.mov", "video/mp4", 7_300_000)), (
        "ten million on the line, without the words"
    )
    assert room.takes(Attachment(1, "a.mov", "video/mp4", room.limit))
    assert not room.takes(Attachment(2, "b.txt", "text/plain", 1))
    short_lines = Attachment(3, "c.mov", "video/mp4", 6_000_000, place=(0, 12_000_000))
    assert not Room(AttachmentLimits(max_total=20_000_000), 10_000_000).takes(short_lines)

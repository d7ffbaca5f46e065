"""Every mail of one act shows the ticket as it is after the whole act, and whoever it
concerns gets one."""

from __future__ import annotations

from tests.pipeline.place import Place, mail

ANA, BEN, CARLA = (f"{name}@desk.example" for name in ("ana", "ben", "carla"))
KIM = "kim@customer.example"


def text_of(place: Place, person: str, purpose: str) -> str:
    """The last mail of this kind to this person, in plain text."""
    found = zip(purposes(place, person), place.letters(person), strict=True)
    body = [letter for word, letter in found if word == purpose][-1].get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def purposes(place: Place, person: str) -> list[str]:
    return [row.purpose for row in place.rows("outbox", recipient=person)]


def shows(text: str, name: str) -> str:
    """What the box of the ticket says of this."""
    return (
        next(line for line in text.splitlines() if line.startswith(name)).removeprefix(name).strip()
    )


def test_a_note_beside_commands_shows_what_they_did(both: Place) -> None:
    both.receive(mail())
    both.answer(ANA, "#mine")
    both.answer(BEN, "#take\n#priority high\n#note\nI know this one.")
    note = text_of(both, ANA, "agent_note")
    assert (shows(note, "Assignee"), shows(note, "Priority")) == ("Ben Okafor", "high")


def test_an_answer_has_the_subject_and_the_people_that_stand_beside_it(place: Place) -> None:
    place.receive(mail(Cc="Lee <lee@customer.example>"))
    place.answer(BEN, "#subject Printer on floor 2\n#cc -lee@customer.example\nWe are on it.")
    answer = place.letters(KIM)[-1]
    assert "Printer on floor 2" in str(answer["Subject"])
    assert place.letters("lee@customer.example") == [], (
        "who leaves has nothing to do with it any more"
    )


def test_whoever_a_ticket_is_taken_from_is_told(both: Place) -> None:
    both.receive(mail())
    both.answer(ANA, "#mine")
    both.answer(BEN, "#take")
    assert purposes(both, ANA)[-1] == "agent_taken"
    told = text_of(both, ANA, "agent_taken")
    assert "Ben Okafor" in told
    assert shows(told, "Assignee") == "Ben Okafor"
    lines = [line.detail for line in both.rows("history", what="notified")]
    assert {"template": "agent_taken", "agents": [ANA]} in lines


def test_nobody_is_told_of_what_they_did_themselves(place: Place) -> None:
    place.receive(mail())
    place.answer(BEN, "#assign ben")
    known = len(purposes(place, BEN))
    for text in ("#assign nobody", "#take", "#assign carla"):
        place.answer(BEN, text)
    assert set(purposes(place, BEN)[known:]) == {"agent_transcript"}
    assert purposes(place, CARLA)[-1] == "agent_assigned"
    place.answer(ANA, "#assign none")
    assert purposes(place, CARLA)[-1] == "agent_taken"


def test_only_the_last_of_an_act_is_given_the_ticket(place: Place) -> None:
    """Two rules may name two agents; one of them has it."""
    file = place.folder / "rules.yaml"
    rules = "".join(
        f"  - name: To {name}\n    when: noted\n"
        f"    then: [assign: {{agent: {name}, reassign: yes}}]\n"
        for name in (CARLA, BEN)
    )
    file.write_text(f"rules:\n{rules}", encoding="utf-8")
    assert place.services.keeper.reload_now()
    place.receive(mail())
    place.answer(ANA, "#note\nSomebody has to.")
    assert "agent_assigned" not in purposes(place, CARLA)
    assert purposes(place, BEN)[-1] == "agent_assigned"


def test_two_who_are_given_the_ticket_in_one_mail_are_asked_about(place: Place) -> None:
    place.receive(mail())
    place.answer(ANA, "#assign carla\n#assign ben\nHello Kim.")
    assert purposes(place, ANA)[-1] == "agent_unknown_command"
    asked = text_of(place, ANA, "agent_unknown_command")
    assert '"#assign carla" and "#assign ben"' in asked.replace("\n", " ")
    assert place.letters(KIM)[1:] == [], "and no word of it has gone to the customer"
    assert place.row("tickets", 1).assignee == ""


def test_the_lines_of_an_act_stand_in_the_order_of_its_effects(place: Place) -> None:
    place.receive(mail())
    before = len(place.rows("history"))
    place.answer(BEN, "#priority high\nWe are on it.")
    assert [line.what for line in place.rows("history")][before:] == [
        "replied",
        "assigned",
        "sent",
        "status",
        "priority",
        "notified",
    ]


def as_trainee(place: Place) -> None:
    """Ben may take and note, and nothing else."""
    for name, old, new in (
        ("agents", f"address: {BEN}\n", f"address: {BEN}\n    role: trainee\n"),
        ("desk", "queues:\n", "roles: {trainee: [note, take, any_ticket]}\n\nqueues:\n"),
    ):
        file = place.folder / f"{name}.yaml"
        text = file.read_text(encoding="utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert place.services.keeper.reload_now()


def test_who_may_not_answer_is_told_that_a_plain_reply_is_a_note_and_it_is(place: Place) -> None:
    as_trainee(place)
    place.receive(mail())
    assert "becomes a NOTE" in text_of(place, BEN, "agent_new")
    assert "geht an Kim" in text_of(place, CARLA, "agent_new")
    known = len(place.letters(KIM))
    place.answer(BEN, "I have seen this before.")
    assert [row.kind for row in place.rows("messages")] == ["public", "note"]
    assert len(place.letters(KIM)) == known


def test_a_specialist_hears_of_new_tickets_that_they_may_work_on_alone(place: Place) -> None:
    agents = place.folder / "agents.yaml"
    text = agents.read_text(encoding="utf-8")
    address = f"address: {BEN}\n"
    agents.write_text(
        text.replace(address, f"{address}    role: specialist\n", 1), encoding="utf-8"
    )
    assert place.services.keeper.reload_now()
    place.receive(mail())
    assert purposes(place, BEN) == []
    assert purposes(place, CARLA) == ["agent_new"]


def test_who_is_given_a_ticket_later_reads_what_the_customer_said_last(place: Place) -> None:
    place.receive(mail("It prints nothing."))
    place.answer(ANA, "#assign carla")
    assert "It prints nothing." in text_of(place, CARLA, "agent_assigned")

"""The signature of an answer: the agent's, the team's, the address's, the desk's, the most
particular of those there are; in text and HTML, and read again when it changes."""

from __future__ import annotations

from tests.pipeline.place import Place, mail, words

BEN, CARLA, KIM = "ben@desk.example", "carla@desk.example", "kim@customer.example"


def change(place: Place, file: str, old: str, new: str) -> None:
    """The admin edits a file, and it is taken up."""
    path = place.folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    assert place.services.keeper.reload_now()


def page(place: Place) -> str:
    body = place.letters(KIM)[-1].get_body(("html",))
    assert body is not None
    return str(body.get_content())


def signature(place: Place) -> str:
    """What stands below the last mail to Kim."""
    body = place.letters(KIM)[-1].get_body(("plain",))
    assert body is not None
    text = str(body.get_content()).replace("\r\n", "\n")
    return text.partition("\n-- \n")[2].partition("\n##-")[0].strip()


def test_without_any_other_the_name_stands_above_the_desks(place: Place) -> None:
    place.receive(mail("The printer jams."))
    place.answer(BEN, "Pull the paper out.")
    assert signature(place) == "Ben Okafor\nExample Desk\nhttps://desk.example\nTKT-0001"


def test_the_most_particular_one_wins(place: Place) -> None:
    place.receive(mail("The printer jams."))
    address = "    queue: support\n  - address: billing"
    with_own = address.replace("support\n", "support\n    signature: '{{ desk_name }}, 1 Quay'\n")
    change(place, "desk.yaml", address, with_own)
    place.answer(BEN, "#reply\nFrom the address.")
    assert signature(place) == "Ben Okafor\nExample Support, 1 Quay\nTKT-0001"

    teams = "teams:\n  support: {signature: 'Support crew, {{ agent.first_name }}'}\n"
    teams += "  billing: {signature: Billing crew}\n"
    change(place, "agents.yaml", "\nagents:\n", f"\n{teams}\nagents:\n")
    place.answer(BEN, "#reply\nFrom the team that works the queue.")
    assert signature(place) == "Ben Okafor\nSupport crew, Ben\nTKT-0001"

    (place.folder / "signatures").mkdir()
    own = "**{{ agent.name }}**\nCounters, scales & more\n<https://desk.example/ben>"
    (place.folder / "signatures" / "ben.md").write_text(own, encoding="utf-8")
    change(place, "agents.yaml", "    also: [ben@home.example]\n", "    signature: ben.md\n")
    place.answer(BEN, "#reply\nFrom me.")
    expected = "Ben Okafor\nCounters, scales & more\nhttps://desk.example/ben\nTKT-0001"
    assert signature(place) == expected
    html = page(place)
    assert "<strong>Ben Okafor</strong><br>" in html
    assert "Counters, scales &amp; more" in html
    assert 'href="https://desk.example/ben"' in html
    assert html.count("Ben Okafor") == 1


def test_what_the_desk_writes_by_itself_is_signed_by_the_address(place: Place) -> None:
    address = "    queue: support\n  - address: billing"
    lines = "support\n    signature: 'Yours, {{ agent.name }}'\n"
    change(place, "desk.yaml", address, address.replace("support\n", lines))
    place.receive(mail("The printer jams."))
    assert "Yours, Example Support" in words(place.letters(KIM)[-1])


def test_the_resolution_in_an_agents_words_bears_their_signature(place: Place) -> None:
    place.receive(mail("The printer jams."))
    lines = "    also: [ben@home.example]\n    signature: 'Ben the fixer'\n"
    change(place, "agents.yaml", "    also: [ben@home.example]\n", lines)
    place.answer(BEN, "#resolve\nIt prints again.")
    assert signature(place) == "Ben Okafor\nBen the fixer\nTKT-0001"


def test_a_mistake_in_a_signature_keeps_the_last_good_one(place: Place) -> None:
    place.receive(mail("The printer jams."))
    path = place.folder / "desk.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("  Example Desk\n", "  {{ agent.nme }}\n"), encoding="utf-8")
    assert not place.services.keeper.reload_now()
    place.answer(BEN, "Pull the paper out.")
    assert "Example Desk" in signature(place)


def test_the_signature_of_the_agents_own_mail_program_goes_nowhere(place: Place) -> None:
    place.receive(mail("The printer jams."))
    place.answer(BEN, "Pull the paper out.\n\n-- \nBen Okafor\nSent from my boat")
    assert "my boat" not in words(place.letters(KIM)[-1])
    assert signature(place).startswith("Ben Okafor\nExample Desk")

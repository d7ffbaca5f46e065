"""An agent's name in their words: a signature is cut off, what is said to somebody stays."""

from __future__ import annotations

import pytest

from tests.pipeline.place import Place, mail, words

BEN, KIM = "ben@desk.example", "kim@customer.example"


@pytest.mark.parametrize(
    "said",
    [
        "Ben Okafor will ring you tomorrow",
        "Ben Okafor will ring you tomorrow.",
        "Ben Okafor here, call me back",
        "Ben Okafor, my colleague of the same name, takes over.",
        "Ben Okafor\n+44 20 7946 0000\n\nP.S. Please unplug it first.",
        "Ben Okafor\n\nP.S. the password is swordfish",
        "Ben Okafor\n\nPlease unplug it.",
        "Ben Okafor\n\n1. Unplug it\n2. Wait",
    ],
)
def test_words_that_begin_with_the_agents_name_are_sent(place: Place, said: str) -> None:
    place.receive(mail("Whom do I call?"))
    place.answer(BEN, f"Hello Kim,\r\n\r\n{said}".replace("\n", "\r\n"))
    assert " ".join(said.split()) in words(place.letters(KIM)[-1])


@pytest.mark.parametrize(
    "said", ["Ben Okafor will ring you tomorrow", "Ben Okafor\n\nP.S. the password is swordfish"]
)
def test_below_commands_they_are_sent_too(place: Place, said: str) -> None:
    place.receive(mail("Whom do I call?"))
    place.answer(BEN, f"#take\n\n{said}".replace("\n", "\r\n"))
    assert words(place.letters(KIM)[-1]).startswith(" ".join(said.split()))


def test_a_motto_below_a_name_that_is_all_there_is_goes_to_nobody(place: Place) -> None:
    place.receive(mail("Whom do I call?"))
    place.answer(BEN, "#take\r\n\r\nBen Okafor\r\nDesk\r\nWe care for you!")
    assert len(place.rows("outbox", recipient=KIM)) == 1


@pytest.mark.parametrize(
    "signature",
    [
        "Ben Okafor",
        "Ben Okafor | Support | Example Ltd.",
        "Ben Okafor, second line\nExample Ltd.\nT: +44 20 7946 0000\nwww.desk.example",
        "Ben Okafor (he/him)\nExample GmbH & Co. KG.",
        "Ben Okafor\nSecond line support\n\nExample Desk Inc.\n1 Quay St.",
        "Ben Okafor - Second line",
        "Ben Okafor, MSc.",
    ],
)
def test_a_signature_is_still_none_of_them(place: Place, signature: str) -> None:
    place.receive(mail("Whom do I call?"))
    place.answer(BEN, f"Hello Kim, the desk.\n\n{signature}".replace("\n", "\r\n"))
    sent = words(place.letters(KIM)[-1])
    assert sent.startswith("Hello Kim, the desk.")
    assert sent.count("Ben Okafor") == 1, "the desk's own signature"
    assert "Quay" not in sent and "econd line" not in sent

"""Whoever stands in somebody else's Reply-To has not answered us, and is not known by it."""

from __future__ import annotations

from tests.pipeline.place import Place, mail
from tests.pipeline.test_carriers import BEN, VICTIM, words_of

MALLORY = "mallory@evil.example"
BAIT = "Buy my pills"


def _known(place: Place) -> set[str]:
    return {row.address for row in place.rows("correspondents")}


def test_a_stranger_is_not_known_because_reply_to_names_somebody_who_is(place: Place) -> None:
    place.receive(mail("A first question.", From=MALLORY), MALLORY)
    place.answer(MALLORY, "Thanks, one thing more.")
    assert _known(place) == {MALLORY}
    place.receive(mail(BAIT, From=VICTIM, Subject=BAIT, Reply_To=MALLORY), MALLORY)
    (told,) = place.letters(VICTIM)
    assert BAIT not in f"{told['Subject']} {words_of(told)}"


def test_who_is_named_in_reply_to_has_not_answered_with_what_another_was_sent(
    place: Place,
) -> None:
    place.receive(mail("A first question.", From=MALLORY, Reply_To=VICTIM), MALLORY)
    mine = place.letters(MALLORY)[-1]
    to = str(mine["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        mail("It is me.", From=VICTIM, To=to, In_Reply_To=str(mine["Message-ID"])), MALLORY, to
    )
    assert VICTIM not in _known(place)
    place.receive(mail(BAIT, From=VICTIM, Subject=BAIT), MALLORY)
    assert all(BAIT not in f"{one['Subject']} {words_of(one)}" for one in place.letters(VICTIM))


def test_who_is_in_from_has_not_answered_with_what_went_to_their_reply_to(place: Place) -> None:
    place.receive(mail("A first question.", From=VICTIM, Reply_To=MALLORY), MALLORY)
    place.answer(BEN, "What do you mean?")
    mine = place.letters(MALLORY)[-1]
    to = str(mine["Reply-To"]).rpartition("<")[2].rstrip(">")
    place.receive(
        mail("This.", From=VICTIM, To=to, In_Reply_To=str(mine["Message-ID"])), MALLORY, to
    )
    assert VICTIM not in _known(place)

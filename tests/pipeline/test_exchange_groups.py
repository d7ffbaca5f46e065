"""Groups of Exchange Online with the desk among their members: distribution groups, and groups of
Microsoft 365. Neither says in a header of a list's that it is one: From is the author's, To is the
group, and the envelope is rewritten as Microsoft does it (learn.microsoft.com, "Sender Rewriting
Scheme"), or empty, where the group reports to nobody that it could not deliver."""

from __future__ import annotations

import pytest

from tests.pipeline.desk_changes import with_lines
from tests.pipeline.place import SUPPORT, Place, mail, words
from tests.pipeline.test_carriers import automatic, everybody, requester

BEN, UMA, GROUP = "ben@desk.example", "uma@customer.example", "it@contoso.example"
# What Exchange Online writes on its way out to a member elsewhere.
STAMPS = {
    "X-LD-Processed": "3dd8961f-e488-4e60-8e11-a82d994e183d,ExtFwd",
    "X-MS-Exchange-Parent-Message-Id": "<one@customer.example>",
    "X-Auto-Response-Suppress": "DR, OOF, AutoReply",
    "X-MS-Exchange-Generated-Message-Source": "Mailbox Rules Agent",
    "X-MS-Exchange-CrossTenant-AuthAs": "Anonymous",
    "X-MS-Exchange-Transport-CrossTenantHeadersStamped": "CY5PR12MB6369",
    "X-MS-Has-Attach": "",
    "X-OriginatorOrg": "contoso.example",
}
UNIFIED = {
    "X-MS-Exchange-UnifiedGroup-SubmittedViaGroupAddress": "/o=ExchangeLabs/ou=Exchange "
    "Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=7e1f-it",
    "List-Unsubscribe": "<https://outlook.office365.com/owa/it@contoso.example/"
    "groupsubscription.ashx?action=unsubscribe>",
}
PATHS = {
    "rewritten": "it+SRS=44ldt=IX=customer.example=uma@contoso.example",
    "too long": "bounces+SRS=44ldt=IX@contoso.example",
    "reports to nobody": "",
    "as it was": UMA,
    "its owner": "owner-of-it@contoso.example",
}


@pytest.fixture(params=["distribution group", "group of Microsoft 365"])
def stamps(request: pytest.FixtureRequest) -> dict[str, str]:
    """The fields that tell of the way."""
    return STAMPS | (UNIFIED if request.param.endswith("365") else {})


@pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
def test_the_author_asks_and_the_group_hears_nothing(
    place: Place, stamps: dict[str, str], path: str
) -> None:
    fields = {"From": f"Uma Lind <{UMA}>", "To": f"IT <{GROUP}>", **stamps}
    assert place.receive(mail("My laptop hums.", **fields), path).outcome == "opened"
    assert requester(place) == ("Uma Lind", UMA)
    assert automatic(place) <= {UMA}
    assert "My laptop hums." in words(place.letters(BEN)[-1])
    place.answer(BEN, "Close the lid.")
    assert "Close the lid." in words(place.letters(UMA)[-1])
    assert everybody(place) == {UMA}
    assert GROUP not in str(place.letters(UMA)[-1])


def test_a_group_that_is_named_has_its_authors_acknowledged(
    place: Place, stamps: dict[str, str]
) -> None:
    with_lines(place, f"carriers:\n  - sender: {GROUP}")
    fields = {"From": f"Uma Lind <{UMA}>", "To": GROUP, "Cc": SUPPORT, **stamps}
    place.receive(mail("My laptop hums.", **fields), PATHS["too long"])
    place.answer(BEN, "#all\nClose the lid.")
    assert everybody(place) == {UMA}


def test_the_copy_that_came_directly_is_the_same_message(
    place: Place, stamps: dict[str, str]
) -> None:
    fields = {"From": f"Uma Lind <{UMA}>", "To": GROUP, "Cc": SUPPORT}
    assert place.receive(mail("It hums.", **fields), UMA).outcome == "opened"
    again = place.receive(mail("It hums.", **fields, **stamps), PATHS["rewritten"])
    assert again.outcome == "duplicate"
    assert GROUP not in automatic(place)


def test_an_absence_of_a_member_that_comes_through_the_group_is_answered_by_nobody(
    place: Place, stamps: dict[str, str]
) -> None:
    fields = {"From": f"Uma Lind <{UMA}>", "To": GROUP, "Auto-Submitted": "auto-replied", **stamps}
    place.receive(mail("I am away.", Subject="Automatic reply: laptop", **fields), "")
    assert everybody(place) == set()


def test_a_list_that_a_later_answer_names_in_cc_stays_out(place: Place) -> None:
    """The author answers to all: to the desk, and to the list through which it came."""
    lists = "it@lists.example"
    marks = {"List-Id": "<it.lists.example>", "List-Post": f"<mailto:{lists}>"}
    place.receive(mail("It hums.", From=f"Uma Lind <{UMA}>", To=lists, **marks), "")
    place.answer(BEN, "Close the lid.")
    last = place.letters(UMA)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    head = {"From": f"Uma Lind <{UMA}>", "To": to, "Cc": lists}
    place.receive(mail("I did.", **head, In_Reply_To=str(last["Message-ID"])), UMA, to)
    place.answer(BEN, "#all\nAnd now?")
    assert everybody(place) == {UMA}

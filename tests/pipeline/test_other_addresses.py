"""A customer's further addresses, learnt at run time: by an agent's word, or by an answer that
proves itself and bears the same name; what follows from it, and what takes it back."""

from __future__ import annotations

from typing import Any

import pytest

from maildesk.desk.actor import operator_acts
from maildesk.desk.commands.spec import Command
from maildesk.pipeline.act import act
from maildesk.pipeline.fire import fire
from tests.pipeline.desk_changes import with_words
from tests.pipeline.place import Place, mail, words
from tests.pipeline.test_verbs import buttons, tap

OLD, NEW, BEN = "eva@lund.example", "eva@home.example", "ben@desk.example"
EVA = f"Eva Lund <{OLD}>"
LINE = '  - {match: "@bigcorp.example"'
VIP = "match: {}, organisation: Lund, tier: silver"
SILVER = """policies:
  - name: Silver
    if: {tier: silver}
    calendar: always
    first_response: 30m
"""
PASSED = "mx.desk.example; dkim=pass header.d={}"
SPF_ONLY = "mx.desk.example; spf=pass smtp.mailfrom={}"


def known(desk: Place, *contacts: str) -> None:
    """A named server checks senders, and the desk's files have these contacts, too."""
    with_words(desk, LINE, "".join(f"  - {{{one}}}\n" for one in contacts) + LINE)
    with_words(desk, "trust:\n", "trust:\n  authserv_id: mx.desk.example\n")


def opened(desk: Place) -> str:
    """Eva's ticket, answered by Ben; the reply address that only she was sent."""
    assert desk.receive(mail("It is broken.", From=EVA), OLD).outcome == "opened"
    says(desk, "Which cable is it?")
    return str(desk.letters(OLD)[-1]["Reply-To"]).rpartition("<")[2].rstrip(">")


def says(desk: Place, text: str) -> None:
    """Ben answers the last mail that he got, and his server vouches for him."""
    last = desk.letters(BEN)[-1]
    to = str(last["Reply-To"]).rpartition("<")[2].rstrip(">")
    proof = {"Authentication-Results": PASSED.format("desk.example")}
    own = f"<{len(desk.rows('spool'))}@desk.example>"
    fields = {"From": BEN, "To": to, "In-Reply-To": str(last["Message-ID"]), "Message-ID": own}
    desk.receive(mail(text, **fields, **proof), BEN, to)


def answers(
    desk: Place, to: str, sender: str = f"Eva Lund <{NEW}>", text: str = "Blue.", **more: str
) -> Any:
    """An answer to that address, whose server vouches for the domain in From."""
    path = sender.rpartition("<")[2].rstrip(">")
    proof = {"Authentication-Results": PASSED.format(path.rpartition("@")[2])}
    return desk.receive(mail(text, From=sender, To=to, **(proof | more)), path, to)


def joined(desk: Place) -> dict[str, str]:
    return {row.address: row.how for row in desk.rows("contact_addresses")}


def part(desk: Place) -> list[tuple[str, str, str]]:
    return [(row.address, row.status, row.answers_to) for row in desk.rows("participants")]


def happened(desk: Place, what: str) -> list[tuple[str, dict[str, str]]]:
    return [(row.who, row.detail) for row in desk.rows("history", what=what)]


def told(desk: Place) -> str:
    return words(desk.letters(BEN)[-1])


# By an agent's word


def test_the_command_joins_both_addresses_for_all_tickets(both: Place) -> None:
    known(both, VIP.format(OLD))
    opened(both)
    says(both, f"#customer {NEW}\nTry the other one.")
    assert joined(both) == {OLD: "first", NEW: "agent"}
    assert happened(both, "contact_joined") == [(BEN, {"address": NEW, "to": OLD})]
    assert f"#also -{NEW}" in told(both)
    both.receive(mail("The next.", From=NEW, Subject="Screen"), NEW)
    second = both.rows("tickets")[1]
    assert (second.requester_address, second.organisation, second.tier) == (NEW, "Lund", "silver")
    assert "Printer" in told(both), "the earlier ticket, of the other address"


def test_a_further_address_leaves_the_ticket_where_it_is(both: Place) -> None:
    known(both, VIP.format(NEW))
    opened(both)
    says(both, f"#also {NEW}\nTry the other one.")
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.tier) == (OLD, "silver")
    assert joined(both) == {OLD: "first", NEW: "agent"}
    assert both.letters(NEW) == []


def test_what_comes_from_the_further_address_is_answered_there_once(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#also {NEW}")
    again = mail("It hums.", From=NEW, Subject="Re: Printer [TKT-0001]")
    assert both.receive(again, NEW).outcome == "threaded"
    assert part(both) == []
    assert "from which they wrote last" in told(both)
    assert "Reply-To" not in told(both)
    says(both, "Pull the plug.")
    assert len(both.letters(NEW)) == 1
    before = len(both.letters(OLD))
    both.receive(mail("Now?", From=EVA, Subject="Re: Printer [TKT-0001]"), OLD)
    says(both, "Yes.")
    assert (len(both.letters(NEW)), len(both.letters(OLD))) == (1, before + 1)


def test_who_takes_part_with_both_gets_one_mail(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#cc +{NEW}\nLook at this.")
    says(both, f"#also {NEW}")
    assert part(both) == [(NEW, "in", OLD)]
    before = len(both.rows("outbox", purpose="reply"))
    says(both, "#all\nPull the plug.")
    assert len(both.rows("outbox", purpose="reply")) == before + 1
    both.receive(mail("It hums.", From=NEW, Subject="Re: Printer [TKT-0001]"), NEW)
    says(both, "#all\nPush it in again.")
    assert len(both.rows("outbox", purpose="reply")) == before + 2
    assert "Push it in again." in words(both.letters(OLD)[-1])


def test_a_copy_to_a_further_address_of_their_own_goes_nowhere(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#also {NEW}")
    both.receive(mail("Both of me.", From=EVA, Cc=NEW, Subject="Screen"), OLD)
    assert part(both) == []


def test_another_name_is_another_person(both: Place) -> None:
    known(both, VIP.format(OLD))
    to = opened(both)
    answers(both, to, "Tom Berg <tom@berg.example>")
    says(both, "#customer tom@berg.example\nHello Tom.")
    (ticket,) = both.rows("tickets")
    assert (ticket.requester_address, ticket.requester_name) == ("tom@berg.example", "Tom Berg")
    assert (ticket.organisation, ticket.tier) == ("", ""), "what Eva is, Tom is not"
    assert joined(both) == {}
    assert part(both) == [(OLD, "in", "")]
    assert "somebody else's" in told(both)


def test_two_customers_are_not_made_one(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#also {NEW}")
    both.receive(mail("Mine.", From="Tom <tom@a.example>", Subject="Toner"), "tom@a.example")
    says(both, "#also tom@b.example")
    assert len(joined(both)) == 4
    says(both, f"#also {NEW}\nHello.")
    assert f"{NEW} is another customer's: {OLD}" in told(both)
    says(both, f"#customer {NEW}\nHello.")
    assert f"{NEW} is another customer's: {OLD}" in told(both)
    assert len(joined(both)) == 4


@pytest.mark.parametrize("line", ["#also carla@desk.example", "#also support@desk.example"])
def test_ours_are_nobodys_further_address(place: Place, line: str) -> None:
    opened(place)
    says(place, line)
    assert joined(place) == {}
    assert place.rows("quarantine")[0].reason == "unknown_command"


def test_it_is_taken_back_by_one_line(both: Place) -> None:
    known(both, VIP.format(NEW))
    opened(both)
    says(both, f"#also {NEW}")
    assert both.rows("tickets")[0].tier == "silver"
    says(both, f"#also -{NEW}")
    assert joined(both) == {}
    assert both.rows("tickets")[0].tier == ""
    assert happened(both, "contact_parted") == [(BEN, {"address": NEW})]
    says(both, f"#also -{NEW}")
    assert "were never joined" in told(both)


def test_the_receipt_of_the_command_line_says_what_takes_it_back(both: Place) -> None:
    opened(both)
    by = operator_acts("eva")
    (receipt,) = act(both.services, by, [Command("customer", NEW)], ["TKT-0001"])
    assert [(one.name, one.value) for one in receipt.undo] == [
        ("customer", OLD),
        ("cc", f"-{NEW}"),
        ("also", f"-{NEW}"),
    ]
    act(both.services, by, receipt.undo, ["TKT-0001"])
    assert joined(both) == {}
    assert part(both) == []
    assert both.rows("tickets")[0].requester_address == OLD


def test_open_tickets_of_a_joined_address_follow_with_tier_and_promise(both: Place) -> None:
    known(both, VIP.format(OLD))
    with_words(both, "policies:\n", SILVER, "sla.yaml")
    both.receive(mail("Earlier.", From=NEW, Subject="Screen"), NEW)
    opened(both)
    (late,) = both.rows("tickets", requester_key=NEW)
    assert late.tier == ""
    says(both, f"#also {NEW}")
    fire(both.services)
    (early,) = both.rows("tickets", requester_key=NEW)
    assert (early.organisation, early.tier) == ("Lund", "silver")
    assert early.breaches_at < late.breaches_at, "what is promised to the tier"
    says(both, f"#also -{NEW}")
    fire(both.services)
    (again,) = both.rows("tickets", requester_key=NEW)
    assert (again.tier, again.breaches_at) == ("", late.breaches_at)
    assert len(both.rows("history", what="known_anew")) == 2


def test_what_files_list_apart_stays_apart(both: Place) -> None:
    opened(both)
    says(both, f"#also {NEW}")
    known(both, VIP.format(OLD), f"match: {NEW}, name: Tom, tier: gold")
    both.receive(mail("The next.", From=NEW, Subject="Screen"), NEW)
    assert both.rows("tickets")[1].tier == "gold"
    assert "Printer" not in told(both)


def test_all_addresses_of_a_customer_count_as_one(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#also {NEW}")
    before = len(both.rows("automatic"))
    for number in range(8):
        sender = (OLD, NEW)[number % 2]
        both.later(400)
        both.receive(mail(f"No. {number}", From=sender, Subject=f"Matter {number}"), sender)
    # five an hour: the first was Eva's first ticket, fifty minutes ago
    assert len(both.rows("automatic")) - before == 4


def test_a_search_for_one_address_finds_what_came_from_all(both: Place) -> None:
    known(both)
    opened(both)
    says(both, f"#also {NEW}")
    both.receive(mail("The next.", From=NEW, Subject="Screen"), NEW)
    both.receive(mail("Other.", From="x@home.example", Subject="Toner"), "x@home.example")
    for address in (f"from:{OLD}", f"from:{NEW}", f"with:{OLD}", f"with:{NEW}"):
        both.receive(
            mail(
                f"#search {address}",
                From=BEN,
                Authentication_Results=PASSED.format("desk.example"),
                Message_ID=f"<{address}>",
            ),
            BEN,
        )
        found = told(both)
        assert "Printer" in found
        assert "Screen" in found
        assert "Toner" not in found


# By an answer


def test_an_answer_from_a_new_address_with_proof_and_the_name_joins(both: Place) -> None:
    known(both, VIP.format(OLD))
    to = opened(both)
    assert answers(both, to).outcome == "threaded"
    assert joined(both) == {OLD: "first", NEW: "answer"}
    assert {row.kind for row in both.rows("messages")} == {"public"}
    assert f"{NEW} has joined as another address of Eva Lund" in told(both)
    assert f"#also -{NEW}" in told(both)
    both.receive(mail("The next.", From=NEW, Subject="Screen"), NEW)
    second = both.rows("tickets")[1]
    assert (second.organisation, second.tier) == ("Lund", "silver")


def test_until_an_agent_says_so_the_former_address_hears_everything(both: Place) -> None:
    known(both)
    answers(both, opened(both))
    says(both, "#all\nPull the plug.")
    assert "Pull the plug." in words(both.letters(OLD)[-1])
    assert "Pull the plug." in words(both.letters(NEW)[-1])
    says(both, f"#also {NEW}")
    assert joined(both) == {OLD: "first", NEW: "agent"}
    before = len(both.rows("outbox", purpose="reply"))
    says(both, "#all\nIs it well?")
    assert len(both.rows("outbox", purpose="reply")) == before + 1


def test_buttons_at_an_address_that_has_joined_are_those_of_the_requester(both: Place) -> None:
    known(both)
    answers(both, opened(both))
    says(both, "#all\n#resolve\nIt was the plug.")
    named = [one for one in buttons(both.letters(NEW)[-1]) if not one.isdigit()]
    assert named == ["#reopen", "#close"]
    tap(both, NEW, both.letters(NEW)[-1], "#close")
    assert both.rows("tickets")[0].status == "closed"


@pytest.mark.parametrize(
    ("sender", "more"),
    [
        (f"Eva Lund <{NEW}>", {"Authentication-Results": SPF_ONLY.format("home.example")}),
        (f"Eva Lund <{NEW}>", {"Authentication-Results": ""}),
        (f"Eva Lund <{NEW}>", {"Authentication-Results": PASSED.format("mallory.example")}),
        ("Tom Berg <tom@lund-partner.example>", {}),
        (f"info <{NEW.replace('eva', 'info')}>", {}),
    ],
    ids=["spf alone", "nothing", "another's signature", "another's name", "an office"],
)
def test_anybody_else_waits_as_ever(place: Place, sender: str, more: dict[str, str]) -> None:
    known(place)
    answers(place, opened(place), sender, **more)
    assert joined(place) == {}
    assert [status for _, status, _ in part(place)] == ["waiting"]
    assert "#also" in told(place), "an agent may say so by one tap"


def test_a_colleague_of_the_same_house_is_no_further_address(place: Place) -> None:
    known(place)
    answers(place, opened(place), "Tom Berg <tom@lund.example>")
    assert joined(place) == {}
    assert part(place) == [("tom@lund.example", "in", "")]


@pytest.mark.parametrize(
    "more",
    [
        {"Auto-Submitted": "auto-replied"},
        {"List-Id": "<friends.home.example>", "Precedence": "list"},
        {"Reply-To": "list@home.example", "List-Post": "<mailto:list@home.example>"},
    ],
    ids=["a program", "a list", "a list by its post"],
)
def test_neither_programs_nor_lists_join(place: Place, more: dict[str, str]) -> None:
    known(place)
    answers(place, opened(place), **more)
    assert joined(place) == {}


def test_an_agents_own_answer_joins_nothing(place: Place) -> None:
    known(place)
    to = opened(place)
    answers(place, to, f"Eva Lund <{BEN}>")
    answers(place, to, "Eva Lund <postmaster@home.example>", text="Red.")
    assert joined(place) == {}


def test_an_address_of_another_contact_is_said_and_not_joined(both: Place) -> None:
    known(both, f"match: {NEW}, name: Eva Lund-Berg")
    answers(both, opened(both))
    assert joined(both) == {}
    assert [status for _, status, _ in part(both)] == ["waiting"]
    assert "belongs to another contact (Eva Lund-Berg)" in told(both)


def test_what_was_joined_with_another_is_said_and_not_joined(both: Place) -> None:
    known(both)
    to = opened(both)
    both.receive(mail("Mine.", From="Eva Lund <eva@x.example>", Subject="Toner"), "eva@x.example")
    says(both, f"#also {NEW}")
    answers(both, to)
    assert len(joined(both)) == 2
    assert "belongs to another contact (eva@x.example)" in told(both)


@pytest.mark.parametrize(
    ("word", "name", "joins"),
    [("ask", "Eva Lund", False), ("proved", "Tom Berg", True), ("same_name", "Lund, Eva", True)],
)
def test_the_policy_says_whether(place: Place, word: str, name: str, joins: bool) -> None:
    known(place)
    with_words(place, "joining:\n", f"joining:\n  other_addresses: {word}\n")
    answers(place, opened(place), f'"{name}" <{NEW}>')
    assert (NEW in joined(place)) is joins


def test_only_the_requesters_own_address_counts(place: Place) -> None:
    known(place)
    opened(place)
    says(place, "#cc +lee@elsewhere.example\nLook.")
    theirs = str(place.letters("lee@elsewhere.example")[-1]["Reply-To"])
    answers(place, theirs.rpartition("<")[2].rstrip(">"))
    assert joined(place) == {}


def test_a_desk_without_sub_addresses_goes_by_the_message_id_of_their_copy(place: Place) -> None:
    known(place)
    with_words(place, "# sub_addresses: no", "sub_addresses: no")
    opened(place)
    copy = str(place.letters(OLD)[-1]["Message-ID"])
    answers(place, "support@desk.example", Subject="Re: Printer", In_Reply_To=copy)
    assert NEW in joined(place)

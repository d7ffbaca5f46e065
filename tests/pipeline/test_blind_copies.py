"""The desk in Bcc: whoever else had the mail takes no part, and agents are told who that is."""

from __future__ import annotations

from tests.pipeline.desk_changes import with_lines
from tests.pipeline.place import Place, mail

PARTNER = "partner@third.example"


def test_who_had_a_mail_of_which_the_desk_had_a_blind_copy_takes_no_part(both: Place) -> None:
    both.receive(mail(To=f"Partner <{PARTNER}>", Cc="bo@customer.example"))
    assert both.rows("participants") == []
    both.answer("ben@desk.example", "An answer.")
    assert both.rows("outbox", recipient=PARTNER) == []
    assert all("third.example" not in str(one) for one in both.letters("kim@customer.example"))


def test_agents_see_who_else_had_it_with_the_command_that_lets_them_in(both: Place) -> None:
    both.receive(mail(To=f"Partner <{PARTNER}>"))
    (told,) = both.letters("ben@desk.example")
    for part in told.walk():
        if part.get_content_maintype() == "text":
            words = part.get_content()
            assert "Partner" in words
            assert f"#cc +{PARTNER}" in words
    both.answer("ben@desk.example", f"#cc +{PARTNER}\nAn answer for both.")
    assert [row.address for row in both.rows("participants")] == [PARTNER]
    assert len(both.rows("outbox", recipient=PARTNER)) == 1


def test_a_blind_copy_of_a_reply_brings_nobody_into_the_ticket(both: Place) -> None:
    both.receive(mail())
    ack = both.letters("kim@customer.example")[0]
    signed = str(ack["Reply-To"]).rpartition("<")[2].rstrip(">")
    both.receive(
        mail("To you both.", To=PARTNER, In_Reply_To=str(ack["Message-ID"])),
        "kim@customer.example",
        signed,
    )
    assert len(both.rows("messages")) == 2
    assert both.rows("participants") == []
    told = both.letters("ben@desk.example")[-1]
    assert f"#cc +{PARTNER}" in str(told.get_body(("plain",)))


def test_an_alias_of_the_desk_in_to_or_cc_is_the_desk_seen_by_all(both: Place) -> None:
    with_lines(both, 'aliases: ["help@old-name.example"]')
    for to in ("info@desk.example", "help@old-name.example", "Ben <ben@home.example>"):
        both.receive(mail(f"To {to}.", To=to, Cc=PARTNER))
    assert [row.address for row in both.rows("participants")] == [PARTNER] * 3


def test_where_nobody_stands_in_to_or_cc_nobody_is_told_of(both: Place) -> None:
    both.receive(mail(To="undisclosed-recipients:;"))
    (told,) = both.letters("ben@desk.example")
    assert "#cc +" not in str(told)

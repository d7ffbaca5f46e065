"""Forwards inside a text: who wrote the original, to whom, about what, and its words, whatever
program forwarded it."""

# ruff: noqa: E501 (letters as programs write them)

from __future__ import annotations

from html import escape

import pytest

from maildesk.mail.message import Forwarded, Mailbox, Role
from maildesk.mail.reply.forward import bare_subject, mailbox, mailboxes
from maildesk.mail.reply.segment import reply_of, segment

BODY = "It does not print.\n\nAna"
FORWARDS = {
    "gmail": f"---------- Forwarded message ---------\nFrom: Ana Example <ana@customer.example>\nDate: Tue, Nov 10, 2026 at 9:30 AM\nSubject: Printer\nTo: <support@desk.example>\n\n\n{BODY}",
    "gmail, german": f"---------- Forwarded message ---------\nVon: Ana Example <ana@customer.example>\nDate: Di., 10. Nov. 2026 um 09:30 Uhr\nSubject: Printer\nTo: <support@desk.example>\n\n\n{BODY}",
    "labels of no table": f"---------- Forwarded message ---------\nQqqq: Ana Example <ana@customer.example>\nWwww: 10.11.2026 09:30\nEeee: Printer\nRrrr: <support@desk.example>\n\n\n{BODY}",
    "thunderbird": f"-------- Weitergeleitete Nachricht --------\nBetreff: \tPrinter\nDatum: \tTue, 10 Nov 2026 09:30:00 +0100\nVon: \tAna Example <ana@customer.example>\nAn: \tsupport@desk.example\n\n\n\n{BODY}",
    "apple mail": "> Begin forwarded message:\n> \n> From: Ana Example <ana@customer.example>\n> Subject: Printer\n> Date: 10 November 2026 at 09:30:00 CET\n> To: support@desk.example\n> \n> It does not print.\n> \n> Ana",
    "apple mail without marks": f"Anfang der weitergeleiteten Nachricht:\n\nVon: Ana Example <ana@customer.example>\nBetreff: Printer\nDatum: 10. November 2026 um 09:30:00 MEZ\nAn: support@desk.example\n\n{BODY}",
    "outlook": f"From: Ana Example <ana@customer.example>\nSent: Tuesday, November 10, 2026 9:30 AM\nTo: Support <support@desk.example>\nSubject: Printer\n\n{BODY}",
    "outlook of old": f"-----Original Message-----\nFrom: Ana Example [mailto:ana@customer.example]\nSent: Tuesday, November 10, 2026 9:30 AM\nTo: Support\nSubject: Printer\n\n{BODY}",
    "outlook on the web": f"________________________________\nFrom: Ana Example <ana@customer.example>\nSent: Tuesday, November 10, 2026 9:30:00 AM\nTo: Support <support@desk.example>\nSubject: Printer\n\n{BODY}",
    "yahoo": f"   ----- Forwarded Message ----- From: Ana Example <ana@customer.example>To: Support <support@desk.example>Sent: Tuesday, November 10, 2026, 09:30:00 AM GMT+1Subject: Printer\n {BODY}",
    "yahoo, lines": f"----- Forwarded Message -----\nFrom: Ana Example <ana@customer.example>\nTo: Support <support@desk.example>\nSent: Tuesday, November 10, 2026, 09:30:00 AM GMT+1\nSubject: Printer\n\n{BODY}",
    "lotus": f"----- Forwarded by Ben Okafor/Desk on 10.11.2026 10:00 -----\n\nFrom: Ana Example <ana@customer.example>\nTo: support@desk.example\nDate: 10.11.2026 09:30\nSubject: Printer\n\n{BODY}",
    "samsung": f"-------- Original message --------\nFrom: Ana Example <ana@customer.example>\nDate: 10/11/2026 09:30 (GMT+01:00)\nTo: support@desk.example\nSubject: Printer\n\n{BODY}",
    "mailmate": "Forwarded message:\n\n> From: Ana Example <ana@customer.example>\n> To: support@desk.example\n> Subject: Printer\n> Date: Tue, 10 Nov 2026 09:30:00 +0100\n>\n> It does not print.\n>\n> Ana",
    "qq": f"------------------ 转发的邮件 ------------------\n发件人: Ana Example <ana@customer.example>\n发送时间: 2026年11月10日 9:30\n收件人: support@desk.example\n主题: Printer\n\n{BODY}",
    "apple mail in a language of no table": "> Qqq wwww eeee rrrr:\n> \n> From: Ana Example <ana@customer.example>\n> Subject: Printer\n> Date: 10 November 2026 at 09:30:00 CET\n> To: support@desk.example\n> \n> It does not print.\n> \n> Ana",
    "thunderbird in a language of no table": f"-------- Qqq wwww --------\nSubject: \tPrinter\nDate: \tTue, 10 Nov 2026 09:30:00 +0100\nFrom: \tAna Example <ana@customer.example>\nTo: \tsupport@desk.example\n\n\n\n{BODY}",
    "outlook for mac, attributed": 'On 10/11/2026 09:30, "Ana Example" <ana@customer.example> wrote:\n\n    It does not print.\n\n    Ana',
}


def forwarded(text: str, subject: str) -> tuple[Forwarded, str]:
    found = segment(text, "", subject)
    assert found.forwarded is not None
    assert Role.QUOTE not in {part.role for part in found.parts}
    return found.forwarded, reply_of(found.parts)


@pytest.mark.parametrize("above", ["", "Please take this one.\n\nBen\n\n"])
@pytest.mark.parametrize("program", FORWARDS)
def test_the_message_inside_is_found(program: str, above: str) -> None:
    inside, reply = forwarded(above + FORWARDS[program], "Fwd: Printer")
    assert reply == above.strip()
    assert inside.sender == Mailbox("Ana Example", "ana@customer.example")
    assert inside.subject == "Printer"
    assert " ".join(inside.text.split()) == " ".join(BODY.split())
    assert "2026" in inside.date


@pytest.mark.parametrize(
    "program", [program for program in FORWARDS if "attributed" not in program]
)
def test_a_bare_forward_needs_no_prefix_in_the_subject(program: str) -> None:
    inside, reply = forwarded(FORWARDS[program], "Printer")
    assert (inside.sender, reply) == (Mailbox("Ana Example", "ana@customer.example"), "")


def test_a_forward_inside_a_quote_is_no_forward() -> None:
    text = "Yes.\n\n-----Original Message-----\n\nFYI\n\n---------- Forwarded message ----------\nFrom: bob@customer.example\nSubject: Two\n"
    found = segment(text, "", "Re: x")
    assert found.forwarded is None
    assert reply_of(found.parts) == "Yes."


def test_the_outermost_of_two_forwards_counts() -> None:
    text = f"FYI\n\n{FORWARDS['gmail'].replace(BODY, FORWARDS['outlook'].replace('Ana Example <ana@', 'Cleo <cleo@'))}"
    inside, reply = forwarded(text, "Fwd: Printer")
    assert inside.sender == Mailbox("Ana Example", "ana@customer.example")
    assert "cleo@customer.example" in inside.text
    assert reply == "FYI"


def test_a_forward_in_html_only() -> None:
    html = """<div dir="ltr">See below.<br><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">---------- Forwarded message
    ---------<br>Da: <strong class="gmail_sendername">Ana Example</strong> <span>&lt;<a href="mailto:ana@customer.example">ana@customer.example</a>&gt;</span><br>
    Date: mar 10 nov 2026 alle ore 09:30<br>Subject: Printer<br>To: &lt;support@desk.example&gt;<br></div><br><br><div>It does not print.</div></div></div>"""
    found = segment("", html, "Fwd: Printer")
    assert found.forwarded is not None
    assert found.forwarded.sender == Mailbox("Ana Example", "ana@customer.example")
    assert (found.forwarded.text, reply_of(found.parts)) == ("It does not print.", "See below.")


@pytest.mark.parametrize(
    ("printed", "name", "address"),
    [
        ("Ana Example <ana@customer.example>", "Ana Example", "ana@customer.example"),
        ('"Example, Ana" <ana@customer.example>', "Example, Ana", "ana@customer.example"),
        ("Ana Example [mailto:ana@customer.example]", "Ana Example", "ana@customer.example"),
        ("Ana Example<mailto:ana@customer.example>", "Ana Example", "ana@customer.example"),
        (
            "Ana <ana@customer.example<mailto:ana@customer.example>> on behalf of b@c.example",
            "Ana",
            "ana@customer.example",
        ),
        ("ana@customer.example", "", "ana@customer.example"),
        ("<ana@customer.example>", "", "ana@customer.example"),
        ("Ana Example (ana@customer.example)", "Ana Example", "ana@customer.example"),
        ("ana@customer.example (Ana Example)", "Ana Example", "ana@customer.example"),
        ("„Ana Example” <ana@customer.example>", "Ana Example", "ana@customer.example"),
        ("Ana Example", "Ana Example", ""),
    ],
)
def test_a_mailbox_as_programs_print_it(printed: str, name: str, address: str) -> None:
    assert mailbox(printed) == Mailbox(name, address)


@pytest.mark.parametrize(
    "divider",
    [
        "Börjar vidarebefordrat brev:",
        "Begynner videresendt melding:",
        "Початок листа, який пересилається:",
        "İletilmiş mesajın başlangıcı:",
        "-------- İletilmiş İleti --------",
        "Începutul mesajului redirecționat:",
        "开始转发的邮件：",
        "-------- 转发的消息 --------",
        "아래는 전달된 메시지입니다:",
        "---------- Thư chuyển tiếp ----------",
        "---------- ข้อความที่ส่งต่อ ---------",
        "תחילת ההודעה שהועברה:",
        "-------- Pārsūtītā vēstule --------",
    ],
)
def test_a_divider_below_the_forwarders_words_is_known_in_many_languages(divider: str) -> None:
    block = f"From: Ana Example <ana@customer.example>\nDate: 10 November 2026\nSubject: Printer\nTo: support@desk.example\n\n{BODY}"
    inside, reply = forwarded(f"Please have a look.\n\n{divider}\n{block}", "Printer")
    assert (inside.subject, inside.text, reply) == ("Printer", BODY, "Please have a look.")


def test_an_announcement_in_a_language_of_no_table_belongs_to_the_forward() -> None:
    text = f"Qqq wwww eeee:\n\nFrom: Ana Example <ana@customer.example>\nSubject: Printer\nDate: 10 November 2026\nTo: support@desk.example\n\n{BODY}"
    inside, reply = forwarded(text, "Printer")
    assert (inside.subject, inside.text, reply) == ("Printer", BODY, "")


def test_the_forwarders_own_line_above_is_kept() -> None:
    _, reply = forwarded(f"Please have a look:\n\n{FORWARDS['outlook']}", "Fwd: Printer")
    assert reply == "Please have a look:"


def test_nobody_is_nobody() -> None:
    assert mailbox("") is None
    assert mailboxes("") == ()


def test_a_list_of_mailboxes() -> None:
    found = mailboxes(
        '"Example, Ana" <ana@customer.example>; Ben <ben@desk.example>, cleo@customer.example'
    )
    assert [one.address for one in found] == [
        "ana@customer.example",
        "ben@desk.example",
        "cleo@customer.example",
    ]


def test_the_subject_without_its_prefixes() -> None:
    assert bare_subject("WG: Fwd: Printer") == "Printer"
    assert bare_subject("Printer: broken") == "Printer: broken"


@pytest.mark.parametrize(
    "labels",
    [
        "From Sent To Subject",
        "प्रेषक भेजा_गया प्रति विषय",
        "Frá Sent Til Efni",
        "Од Испратено До Предмет",
        "Daripada Dihantar Kepada Subjek",
        "Nork Bidaltze-data Nori Gaia",
        "Kimdən Göndərildi Kimə Mövzu",
        "Xoo Yoo Zoo Woo",  # of no table
    ],
)
@pytest.mark.parametrize("note", ["", "Please have a look.\n\n"])
def test_outlook_s_block_under_its_rule_is_known_in_any_language(labels: str, note: str) -> None:
    sender, sent, to, about = (label.replace("_", " ") for label in labels.split())
    block = f"{sender}: Ana Example <ana@customer.example>\n{sent}: 10 November 2026 9:30\n{to}: Ben <ben@desk.example>\n{about}: Printer\n\n{BODY}"
    page = "<p>{}</p><div style='border:none;border-top:solid #E1E1E1 1.0pt'><p>{}</p></div>"

    for found in (
        segment(f"{note}________________________________\n{block}", "", "FW: Printer"),
        segment("", page.format(note, escape(block).replace("\n", "<br>")), "FW: Printer"),
    ):
        assert found.forwarded is not None
        assert found.forwarded.sender == Mailbox("Ana Example", "ana@customer.example")
        assert found.forwarded.subject == "Printer"
        assert found.forwarded.text.split() == BODY.split()
        assert reply_of(found.parts) == note.strip()


@pytest.mark.parametrize(
    "end",
    [
        "----- End forwarded message -----",
        "---------- End of forwarded message ----------",
        "----- Ende der weitergeleiteten Nachricht -----",
        "----- Fin du message transféré -----",
    ],
)
@pytest.mark.parametrize("below", ["", "\nCan you help?\n"])
def test_the_line_that_ends_a_forward_is_nobodys_and_below_it_the_writer_goes_on(
    end: str, below: str
) -> None:
    text = (
        "Please see below.\n\n----- Forwarded message from Ana <ana@x.example> -----\n\n"
        f"From: Ana <ana@x.example>\nSubject: Printer\n\nIt is broken.\n\n{end}\n{below}"
    )
    found = segment(text, "", "Fwd: Printer")
    assert found.forwarded is not None
    assert found.forwarded.text.strip() == "It is broken."
    assert "".join(part.text for part in found.parts) == found.text == text
    new = "".join(part.text for part in found.parts if part.role is Role.NEW)
    assert new.split() == f"Please see below. {below}".split()
    shown = [part.text for part in found.parts if part.role in (Role.NEW, Role.FORWARD)]
    assert end not in "".join(shown)


def test_such_a_line_within_a_sentence_ends_nothing() -> None:
    text = (
        "---------- Forwarded message ----------\nFrom: Ana <ana@x.example>\nSubject: Printer\n\n"
        "It says End forwarded message there.\n"
    )
    found = segment(text, "", "Fwd: Printer")
    assert found.forwarded is not None
    assert found.forwarded.text.strip() == "It says End forwarded message there."

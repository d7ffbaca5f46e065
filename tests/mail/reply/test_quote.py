"""Dividers, header blocks and "On … wrote:" lines in the languages and programs of the world."""

# ruff: noqa: E501 (letters as programs write them)

from __future__ import annotations

import textwrap

import pytest

from maildesk.mail.message import Role
from maildesk.mail.reply.header_block import field_of, header_block
from maildesk.mail.reply.quote import attribution, divider, subject_says
from maildesk.mail.reply.segment import reply_of, segment

WROTE = """
On Tue, Nov 10, 2026 at 9:30 AM Ben Okafor <ben@desk.example> wrote:
On 10 Nov 2026, at 09:30, Ben Okafor <ben@desk.example> wrote:
On 10/11/2026 09:30, Ben Okafor wrote:
On Tuesday, November 10th, 2026 at 9:30 AM, Ben Okafor <ben@desk.example> wrote:
On 2026-11-10 09:30, Ben Okafor via Desk wrote:
At 09:30 10/11/2026, you wrote:
Am 10.11.2026 um 09:30 schrieb Ben Okafor:
Am Di., 10. Nov. 2026 um 09:30 Uhr schrieb Ben Okafor <ben@desk.example>:
Am 10. November 2026 09:30:00 MEZ schrieb Ben Okafor <ben@desk.example>:
> Am 10.11.2026 um 09:30 schrieb Ben Okafor <ben@desk.example>:
Ben Okafor <ben@desk.example> schrieb am Di., 10. Nov. 2026, 09:30:
Le mar. 10 nov. 2026 à 09:30, Ben Okafor <ben@desk.example> a écrit :
Le 10 nov. 2026 à 09:30, Ben Okafor <ben@desk.example> a écrit :
Le 10/11/2026 à 09:30, Ben Okafor a écrit :
El mar, 10 nov 2026 a las 9:30, Ben Okafor (<ben@desk.example>) escribió:
El 10/11/2026 a las 09:30, Ben Okafor escribió:
El 10 nov 2026, a las 9:30, Ben Okafor <ben@desk.example> escribió:
Il giorno mar 10 nov 2026 alle ore 09:30 Ben Okafor <ben@desk.example> ha scritto:
Il 10/11/2026 09:30, Ben Okafor ha scritto:
Em ter., 10 de nov. de 2026 às 09:30, Ben Okafor <ben@desk.example> escreveu:
Em 10/11/2026 09:30, Ben Okafor escreveu:
A terça, 10/11/2026, 09:30, Ben Okafor <ben@desk.example> escreveu:
Op di 10 nov 2026 om 09:30 schreef Ben Okafor <ben@desk.example>:
Op 10-11-2026 om 09:30 schreef Ben Okafor:
Op 10 nov. 2026 om 09:30 heeft Ben Okafor <ben@desk.example> het volgende geschreven:
wt., 10 lis 2026 o 09:30 Ben Okafor <ben@desk.example> napisał(a):
W dniu 10.11.2026 o 09:30, Ben Okafor pisze:
Wiadomość napisana przez Ben Okafor <ben@desk.example> w dniu 10.11.2026, o godz. 09:30:
út 10. 11. 2026 v 9:30 odesílatel Ben Okafor <ben@desk.example> napsal:
Dne 10. 11. 2026 v 9:30 Ben Okafor napsal(a):
10. 11. 2026 v 9:30, Ben Okafor <ben@desk.example>:
ut 10. 11. 2026 o 9:30 Ben Okafor <ben@desk.example> napísal(a):
Dňa 10. 11. 2026 o 9:30 Ben Okafor napísal(a):
Den tis 10 nov. 2026 kl 09:30 skrev Ben Okafor <ben@desk.example>:
Den 2026-11-10 kl. 09:30, skrev Ben Okafor:
10 nov. 2026 kl. 09:30 skrev Ben Okafor <ben@desk.example>:
Den tirs. 10. nov. 2026 kl. 09.30 skrev Ben Okafor <ben@desk.example>:
Den 10/11/2026 kl. 09.30 skrev Ben Okafor:
tir. 10. nov. 2026 kl. 09:30 skrev Ben Okafor <ben@desk.example>:
På 10. november 2026 kl. 09:30:00, skrev Ben Okafor (ben@desk.example):
ti 10. marrask. 2026 klo 9.30 Ben Okafor (ben@desk.example) kirjoitti:
Ben Okafor <ben@desk.example> kirjoitti 10.11.2026 kello 9.30:
Ben Okafor kirjoitti 10.11.2026 klo 9.30:
Kuupäev T, 10. november 2026 kell 09:30 kirjutas Ben Okafor <ben@desk.example>:
вт, 10 нояб. 2026 г. в 09:30, Ben Okafor <ben@desk.example>:
10.11.2026 09:30, Ben Okafor пишет:
10 нояб. 2026 г., в 09:30, Ben Okafor <ben@desk.example> написал(а):
Вторник, 10 ноября 2026, 9:30 +03:00 от Ben Okafor <ben@desk.example>:
10.11.2026, 09:30, "Ben Okafor" <ben@desk.example>:
вт, 10 лист. 2026 р. о 09:30 Ben Okafor <ben@desk.example> пише:
10 лист. 2026 р. о 09:30 Ben Okafor <ben@desk.example> написав:
На вт, 10.11.2026 г. в 9:30 Ben Okafor <ben@desk.example> написа:
Ben Okafor <ben@desk.example>, 10 Kas 2026 Sal, 09:30 tarihinde şunu yazdı:
10.11.2026 09:30 tarihinde Ben Okafor yazdı:
Ben Okafor <ben@desk.example> şunları yazdı (10 Kas 2026 09:30):
2026年11月10日(火) 9:30 Ben Okafor <ben@desk.example>:
2026/11/10 9:30、Ben Okafor <ben@desk.example>のメール:
2026年11月10日 9:30、Ben Okafor <ben@desk.example>のメール:
On 2026/11/10 9:30, Ben Okafor wrote:
Ben Okafor <ben@desk.example> 于2026年11月10日周二 09:30写道：
在 2026年11月10日，上午9:30，Ben Okafor <ben@desk.example> 写道：
在 2026-11-10 09:30:00，"Ben Okafor" <ben@desk.example> 写道：
Ben Okafor <ben@desk.example> 於 2026年11月10日 週二 上午9:30寫道：
2026년 11월 10일 (화) 오전 9:30, Ben Okafor <ben@desk.example>님이 작성:
2026. 11. 10. 오전 9:30, Ben Okafor <ben@desk.example> 작성:
Ben Okafor <ben@desk.example> ezt írta (időpont: 2026. nov. 10., K, 9:30):
2026. 11. 10. 9:30 keltezéssel, Ben Okafor írta:
În mar., 10 nov. 2026 la 09:30, Ben Okafor <ben@desk.example> a scris:
Pe 10.11.2026 09:30, Ben Okafor a scris:
Στις Τρί 10 Νοε 2026 στις 9:30 π.μ., ο χρήστης Ben Okafor <ben@desk.example> έγραψε:
uto, 10. stu 2026. u 09:30 Ben Okafor <ben@desk.example> napisao je:
Dana 10. 11. 2026. u 9:30, Ben Okafor je napisao/la:
V tor., 10. nov. 2026 ob 09:30 je oseba Ben Okafor <ben@desk.example> napisala:
Vào Th 3, 10 thg 11, 2026 vào lúc 09:30 Ben Okafor <ben@desk.example> đã viết:
Pada Sel, 10 Nov 2026 pukul 09.30 Ben Okafor <ben@desk.example> menulis:
El dt., 10 de nov. 2026, 9:30, Ben Okafor <ben@desk.example> va escriure:
‫בתאריך יום ג׳, 10 בנוב׳ 2026 ב-9:30 מאת ‪Ben Okafor‬‏ <‪ben@desk.example‬‏>:‬
في الثلاثاء، ١٠ نوفمبر ٢٠٢٦ 9:30 ص Ben Okafor <ben@desk.example> كتب:
---- On Tue, 10 Nov 2026 09:30:00 +0100 Ben Okafor <ben@desk.example> wrote ----
---- Ben Okafor wrote ----
Am Dienstag, 10. November 2026, 09:30:00 MEZ hat Ben Okafor <ben@desk.example> Folgendes geschrieben:
On Nov 10, 2026, 9:30 AM +0100, Ben Okafor <ben@desk.example>, wrote:
On Tue, Nov 10, 2026 at 09:30:00AM +0100, Ben Okafor wrote:
Tuesday, November 10, 2026, 9:30:00 AM, you wrote:
Am 2026-11-10 09:30, schrieb Ben Okafor:
Ben Okafor schreef op 2026-11-10 09:30:
Ben Okafor <ben@desk.example> writes:
2026-11-10, an, 09:30 Ben Okafor <ben@desk.example> rašė:
2026-11-10 09:30 に Ben Okafor さんは書きました:
------- Ben Okafor escribió -------
Ben Okafor wrote on 11/10/2026 9:30 AM:
Missatge de Ben Okafor <ben@desk.example> del dia dt., 10 de nov. 2026 a les 9:30:
2026-11-10 오전 9:30에 Ben Okafor 이(가) 쓴 글:
Dne 10. 11. 2026 ob 09:30 je Ben Okafor napisal(a):
Вы писали 10 ноября 2026 г., 9:30:00:
V V tor., 10. nov. 2026 ob 09:30 je oseba Ben Okafor <ben@desk.example> napisala:
În mar., 10 nov. 2026 la 09:30, Ben Okafor <ben@desk.example> a scris:
Στις Τρί 10 Νοε 2026 στις 9:30 π.μ., ο/η Ben Okafor <ben@desk.example> έγραψε:
Noong Mar, Nob 10, 2026 nang 9:30 AM, isinulat ni Ben Okafor <ben@desk.example> ang:
मंगल, 10 नव॰ 2026 को 9:30 am बजे को Ben Okafor <ben@desk.example> ने लिखा:
মঙ্গল, ১০ নভে, ২০২৬ তারিখে ৯:৩০ AM টায় তারিখে Ben Okafor <ben@desk.example> লিখেছেন:
Op Di. 10 Nov. 2026 om 09:30 het Ben Okafor <ben@desk.example> geskryf:
Më mar., 10 nën 2026 në 9:30, Ben Okafor <ben@desk.example> shkroi:
10. stu 2026., u 09:30, Ben Okafor <ben@desk.example> napisao/la je:
"""


@pytest.mark.parametrize("line", [line for line in WROTE.splitlines() if line])
def test_the_line_above_a_quote_is_known_whatever_the_language(line: str) -> None:
    for below in ("> Have you tried to switch it off?", "Have you tried to switch it off?"):
        if line.startswith("> ") and not below.startswith(">"):
            continue
        text = f"It works again, thanks to you.\n\n{line}\n\n{below}\n"
        assert reply_of(segment(text, "").parts) == "It works again, thanks to you."


def _broken(line: str) -> set[str]:
    """The ways programs break it: at a width, around the address, before the verb."""
    found = {
        "\n".join(textwrap.wrap(line, width, break_long_words=False)) for width in (50, 60, 72, 76)
    }
    found |= {line.replace(" <", "\n<"), line.replace(" <", " <\n"), line.replace("> ", ">\n")}
    head, _, verb = line.rpartition(" ")
    found |= {f"{head}\n{verb}"}
    return {one for one in found if "\n" in one and len(one.splitlines()[0]) > 14}


@pytest.mark.parametrize(
    "line", [line for line in WROTE.splitlines() if len(line) > 60 and line[0] not in ">-"]
)
def test_such_a_line_may_be_broken_in_two_or_three(line: str) -> None:
    for broken in _broken(line):
        text = f"It works again.\n\n{broken}\n\n> Have you tried to switch it off?\n"
        assert reply_of(segment(text, "").parts) == "It works again.", broken


BLOCKS = """
From: Ben Okafor <ben@desk.example>|Sent: Tuesday, November 10, 2026 9:30 AM|To: Ana <ana@customer.example>|Subject: Your printer
From: Ben Okafor|Sent: 10 November 2026 09:30|To: Ana|Subject: Your printer
From: Ben Okafor [mailto:ben@desk.example]|Sent: 10 November 2026 09:30|To: Ana|Cc: Cleo; Dora|Subject: Your printer
*From:* Ben Okafor <ben@desk.example>|*Sent:* 10 November 2026 09:30|*To:* Ana|*Subject:* Your printer
Von: Ben Okafor <ben@desk.example>|Gesendet: Dienstag, 10. November 2026 09:30|An: Ana|Betreff: Ihr Drucker
Von: Ben Okafor|Datum: Dienstag, 10. November 2026 um 09:30|An: Ana <ana@customer.example>|Betreff: Ihr Drucker
De : Ben Okafor <ben@desk.example>|Envoyé : mardi 10 novembre 2026 09:30|À : Ana|Objet : Votre imprimante
De: Ben Okafor <ben@desk.example>|Enviado: martes, 10 de noviembre de 2026 9:30|Para: Ana|Asunto: Su impresora
De: Ben Okafor <ben@desk.example>|Enviada em: terça-feira, 10 de novembro de 2026 09:30|Para: Ana|Assunto: Impressora
Da: Ben Okafor <ben@desk.example>|Inviato: martedì 10 novembre 2026 09:30|A: Ana|Oggetto: Stampante
Van: Ben Okafor <ben@desk.example>|Verzonden: dinsdag 10 november 2026 09:30|Aan: Ana|Onderwerp: Printer
Od: Ben Okafor <ben@desk.example>|Wysłano: wtorek, 10 listopada 2026 09:30|Do: Ana|Temat: Drukarka
Od: Ben Okafor <ben@desk.example>|Odesláno: úterý 10. listopadu 2026 9:30|Komu: Ana|Předmět: Tiskárna
Od: Ben Okafor <ben@desk.example>|Odoslané: utorok 10. novembra 2026 9:30|Komu: Ana|Predmet: Tlačiareň
Från: Ben Okafor <ben@desk.example>|Skickat: den 10 november 2026 09:30|Till: Ana|Ämne: Skrivare
Fra: Ben Okafor <ben@desk.example>|Sendt: 10. november 2026 09:30|Til: Ana|Emne: Printer
Lähettäjä: Ben Okafor <ben@desk.example>|Lähetetty: tiistai 10. marraskuuta 2026 9.30|Vastaanottaja: Ana|Aihe: Tulostin
От: Ben Okafor <ben@desk.example>|Отправлено: 10 ноября 2026 г. 9:30|Кому: Ana|Тема: Принтер
Від: Ben Okafor <ben@desk.example>|Надіслано: 10 листопада 2026 р. 9:30|Кому: Ana|Тема: Принтер
Kimden: Ben Okafor <ben@desk.example>|Gönderildi: 10 Kasım 2026 Salı 09:30|Kime: Ana|Konu: Yazıcı
Feladó: Ben Okafor <ben@desk.example>|Elküldve: 2026. november 10., kedd 9:30|Címzett: Ana|Tárgy: Nyomtató
De la: Ben Okafor <ben@desk.example>|Trimis: marți, 10 noiembrie 2026 09:30|Către: Ana|Subiect: Imprimanta
差出人: Ben Okafor <ben@desk.example>|送信日時: 2026年11月10日 9:30|宛先: Ana|件名: プリンタ
发件人: Ben Okafor <ben@desk.example>|发送时间: 2026年11月10日 9:30|收件人: Ana|主题: 打印机
寄件者: Ben Okafor <ben@desk.example>|日期: 2026年11月10日 星期二 上午9:30|收件者: Ana|主旨: 印表機
보낸 사람: Ben Okafor <ben@desk.example>|보낸 날짜: 2026년 11월 10일 화요일 오전 9:30|받는 사람: Ana|제목: 프린터
Από: Ben Okafor <ben@desk.example>|Στάλθηκε: Τρίτη, 10 Νοεμβρίου 2026 9:30|Προς: Ana|Θέμα: Εκτυπωτής
Date: Tue, 10 Nov 2026 09:30:00 +0100|Subject: Your printer|From: ben@desk.example|To: ana@customer.example
Date: Tue, 10 Nov 2026 09:30:00 +0100|To: ana@customer.example
Message du : 10/11/2026 09:30|De : "Ben" <ben@desk.example>|A : ana@customer.example|Copie à : |Sujet : imprimante
"""


@pytest.mark.parametrize("block", [line for line in BLOCKS.splitlines() if line])
@pytest.mark.parametrize(
    "rule", ["", "________________________________\n", "-----Original Message-----\n"]
)
def test_the_header_block_above_a_quote_is_known_whatever_the_language(
    block: str, rule: str
) -> None:
    text = (
        "It works again.\n\n"
        + rule
        + block.replace("|", "\n")
        + "\n\nHave you tried to switch it off?\n"
    )
    assert reply_of(segment(text, "", "Re: Your printer").parts) == "It works again."


@pytest.mark.parametrize(
    "block",
    [line for line in BLOCKS.splitlines() if line.count("|") > 2 and "Message du" not in line],
)
def test_the_same_block_under_a_forward_subject_is_a_forward(block: str) -> None:
    text = "Please look into this.\n\n" + block.replace("|", "\n") + "\n\nIt does not print.\n"
    found = segment(text, "", "Fwd: Your printer")
    assert reply_of(found.parts) == "Please look into this."
    assert found.forwarded is not None and found.forwarded.sender is not None
    assert found.forwarded.text == "It does not print."
    assert (
        "Ben Okafor" in found.forwarded.sender.name
        or found.forwarded.sender.address == "ben@desk.example"
    )
    assert found.forwarded.subject and found.forwarded.date


NO_QUOTE = [
    "Invitation:\n\nDate: Wednesday 3 October 2026\nTime: 7:00\nAddress: 130 Fox St\n\nPlease come.",
    "I need a train.\n\nFrom: Berlin\nTo: Hamburg\nDate: 3 May 2026\n\nCan you book it?",
    "On Monday we met and he wrote: nothing.\nThen we left.",
    "Three things:\n\n1. the printer\n2. the screen\n3. the chair",
    "Here is what I did on 10.11.2026 at 9:30:\n\nI switched it off and on again.",
    "From: me\nYou asked who I am.",
    "To: the whole team\n\nThanks for everything!",
    "The log says:\n\n--- error ---\ncould not print\n\nWhat does it mean?",
    "Options:\n-- first point needs to be checked\n-- second point\n\nI hope you can check it",
    "a\n---\nb\n---\nc",
    "My address: ana@customer.example\nMy phone: 555 12 34\n\nPlease call.",
    "This is what he said:\n> Did you?\nWhat is that?",
    "Please call Ben <ben@desk.example>:\n\nhe knows more.",
    "Date: 3 May\nSubject: none",
]


@pytest.mark.parametrize("text", NO_QUOTE)
def test_a_persons_own_words_are_left_alone(text: str) -> None:
    assert reply_of(segment(f"Hello,\n\n{text}", "").parts) == f"Hello,\n\n{text}"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("-----Original Message-----", "original"),
        ("----- Original message -----", "original"),
        ("-----Ursprüngliche Nachricht-----", "original"),
        ("-------- Oorspronkelijk bericht --------", "original"),
        ("------------------ 原始邮件 ------------------", "original"),
        ("------------------ Original ------------------", "original"),
        ("-----元のメッセージ-----", "original"),
        ("---------- Forwarded message ---------", "forwarded"),
        ("Begin forwarded message:", "forwarded"),
        ("Début du message réexpédié :", "forwarded"),
        ("-------- İletilen İleti --------", "forwarded"),
        ("-------- Preposlaná správa --- Forwarded Message --------", "forwarded"),
        ("----- Forwarded by Ben Okafor/DESK on 10.11.2026 09:30 -----", "forwarded"),
        ("-----", ""),
        ("-- Enter your feedback below --", ""),
        ("The forwarded message", ""),
    ],
)
def test_dividers(line: str, kind: str) -> None:
    assert divider(line) == kind


@pytest.mark.parametrize(
    ("subject", "says"),
    [
        ("Fwd: Printer", "forwarded"), ("WG: Drucker", "forwarded"), ("TR : imprimante", "forwarded"), ("RV: x", "forwarded"),
        ("I: stampante", "forwarded"), ("ENC: impressora", "forwarded"), ("İLT: Yazıcı", "forwarded"), ("转发：x", "forwarded"),
        ("Fwd: Re: Printer", "forwarded"), ("Re: Fwd: Printer", "reply"), ("AW: Drucker", "reply"), ("Odp: drukarka", "reply"),
        ("Printer", ""), ("Printer: broken", ""), ("", ""),
    ],
)  # fmt: skip
def test_the_first_prefix_of_a_subject_decides(subject: str, says: str) -> None:
    assert subject_says(subject) == says


def test_a_label_needs_a_colon_and_may_be_bold() -> None:
    assert field_of("*From:* Ana") == ("from", "Ana")
    assert field_of("De : Ana") == ("from", "Ana")
    assert field_of("差出人：Ana") == ("from", "Ana")
    assert field_of("From Ana with love") == ("", "")
    assert field_of("") == ("", "")


def test_values_of_a_block_are_unfolded() -> None:
    lines = [
        "From: Human",
        "<hr@customer.example>",
        "Sent: today",
        "To: a@b.example,",
        "c@d.example",
        "Subject: 2",
        "",
        "Hi",
    ]
    block = header_block(lines, 0)
    assert block is not None
    assert block.values["from"] == "Human <hr@customer.example>"
    assert block.end == 6


def test_an_answer_may_share_the_line_with_the_attribution() -> None:
    found = segment(
        "reply--- On Wed, Nov 4, 2026 at 3:59 PM, bob@customer.example wrote:\n> Hi", ""
    )
    assert [part.role for part in found.parts] == [Role.NEW, Role.QUOTE]
    assert found.parts[0].text == "reply"


def test_nothing_is_attributed_in_an_empty_text() -> None:
    assert attribution(["wrote:"], 0, quoted_below=False) is None


LETTERS = {
    "proton, hyphens": "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Tuesday, November 10th, 2026 at 9:30 AM, Ben <ben@desk.example> wrote:\n\n> Did you?",
    "groupwise": ">>> Ben Okafor <ben@desk.example> 10.11.2026 09:30 >>>\nDid you?",
    "notes": '-----"Ben Okafor" <ben@desk.example> wrote: -----\nTo: Ana\nFrom: Ben\nDate: 10.11.2026 09:30\nSubject: x\n\nDid you?',
    "notes, german": "Ben Okafor/Desk schrieb am 10.11.2026 09:30:00:\n\nDid you?",
    "zimbra": "----- Mail original -----\nDe: ben@desk.example\nÀ: ana@customer.example\nEnvoyé: Mardi 10 Novembre 2026 09:30:00\nObjet: x\n\nDid you?",
    "windows mail": "Ursprüngliche Nachricht\nVon: Ben\nGesendet: Dienstag, 10. November 2026 09:30\nAn: Ana\nBetreff: x\n\nDid you?",
    "aliyun": "----------------------------------------------------\n发件人：Ben<ben@desk.example>\n日 期：2026年11月10日 09:30:00\n收件人：ana<ana@customer.example>\n主 题：x\n\nDid you?",
    "libero": "----Messaggio originale----\nDa: ben@desk.example\nData: 10-nov-2026 09.30\nA: ana@customer.example\nOgg: x\n\nDid you?",
    "centrum": "______________________________________________________________\n> Od: Ben <ben@desk.example>\n> Komu: ana@customer.example\n> Datum: 10.11.2026 09:30\n> Předmět: x\n>\n> Did you?",
    "full-width marks": "2026/11/10 9:30、Ben <ben@desk.example>のメール:\n\n＞ Did you?\n＞ Did you?",
    "mutt of old": "* Ben Okafor [2026-11-10 09:30]:\n> Did you?",
    "horde": "Zitat von Ben Okafor <ben@desk.example>:\n\n> Did you?",
    "usenet": "Ben Okafor wrote:\n> Did you?",
    "another desk": "## Please reply above this line ##\n\nBen (Desk)\nDid you?",
    "another desk, dashes": "-- REPLY ABOVE THIS LINE --\n\nDid you?",
    "airmail": "From: Ben <ben@desk.example>\nReply: Ben <ben@desk.example>\nDate: November 10, 2026 at 9:30:00 AM\nTo: Ana\nSubject: x\n\nDid you?",
    "t-online": "-----Original-Nachricht-----\nBetreff: x\nDatum: 2026-11-10T09:30:00+0100\nVon: ben@desk.example\nAn: Ana\n\nDid you?",
    "naver": "-----Original Message-----\nFrom: Ben <ben@desk.example>\nTo: ana\nCc:\nSent: 2026-11-10 (화) 09:30:00 (GMT+09:00)\nSubject: x\n\nDid you?",
}


@pytest.mark.parametrize("program", LETTERS)
def test_the_answer_above_a_quote_of(program: str) -> None:
    found = segment(f"It works again.\n\n{LETTERS[program]}\n", "", "Re: x")
    assert reply_of(found.parts) == "It works again."
    assert found.forwarded is None


NOTES = """"Ben Okafor" <ben@desk.example>
Sent by: Desk
10.11.2026 09:30

To
ana@customer.example
cc

Subject
Your printer

Have you tried to switch it off?
"""


@pytest.mark.parametrize(
    "block",
    [
        NOTES,
        NOTES.replace("To\nana", "An\tana")
        .replace("cc\n", "Kopie\t\n")
        .replace("Subject\n", "Thema\t"),
    ],
)
def test_the_block_of_lotus_notes_has_no_colons(block: str) -> None:
    assert (
        reply_of(segment(f"It works again.\n\n{block}", "", "Re: Your printer").parts)
        == "It works again."
    )
    found = segment(f"See below.\n\n{block}", "", "Fwd: Your printer").forwarded
    assert found is not None
    assert (found.sender and found.sender.address, found.subject) == (
        "ben@desk.example",
        "Your printer",
    )


@pytest.mark.parametrize(
    "words", ["We moved on\n10.11.2026\n\nto\nBerlin\n\nby train.", "To\n\nSubject\n\nare labels."]
)
def test_words_that_only_look_like_it_stay(words: str) -> None:
    assert reply_of(segment(words, "", "Re: Your printer").parts) == words


def test_values_may_stand_below_their_labels() -> None:
    text = "Done.\n\nFrom:\nBen <ben@desk.example>\nSent:\n10 November 2026\nSubject:\nQuestion\nTo:\nana@x.example\n\nDid you?\n"
    block = header_block(text.splitlines(), 2)
    assert block is not None
    assert block.values == {
        "from": "Ben <ben@desk.example>",
        "sent": "10 November 2026",
        "subject": "Question",
        "to": "ana@x.example",
    }


def test_a_list_of_addresses_may_be_wrapped_within_one() -> None:
    lines = [
        "From: Ana <ana@x.example>",
        "Subject: Question",
        "Cc: Bo <bo@x.example>, Cy <",
        "cy@x.example>",
        "",
        "Did you?",
    ]
    block = header_block(lines, 0)
    assert block is not None
    assert block.end == 4

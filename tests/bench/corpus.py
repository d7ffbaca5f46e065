"""Help-desk mail of the usual mix, the same for the same seed: made here, or read from
MAILDESK_BENCH_CORPUS.

60 % multipart/alternative, 20 % plain, 10 % with a 100 KB attachment, 10 % in other
alphabets; each conversation has one to three replies with quoted text. All of them arrive now:
mail of last year is acknowledged by nobody.
"""

from __future__ import annotations

import base64
import json
import os
import quopri
import random
import re
from dataclasses import dataclass, replace
from email.header import Header
from email.utils import format_datetime, localtime
from pathlib import Path

WORDS = [
    "account",
    "invoice",
    "order",
    "printer",
    "password",
    "reset",
    "network",
    "server",
    "error",
    "login",
    "page",
    "screen",
    "update",
    "customer",
    "office",
    "monitor",
    "contract",
    "payment",
    "refund",
    "delivery",
    "address",
    "number",
    "yesterday",
    "today",
    "please",
    "could",
    "would",
    "help",
    "thanks",
    "problem",
    "question",
    "working",
    "broken",
    "slow",
    "install",
    "driver",
    "key",
    "mail",
    "folder",
    "calendar",
    "access",
    "team",
    "request",
    "change",
    "report",
    "file",
    "before",
    "after",
    "since",
    "we",
    "I",
    "you",
    "they",
    "the",
    "a",
    "an",
    "and",
    "or",
    "but",
    "with",
    "without",
    "from",
    "to",
    "in",
    "on",
    "at",
    "it",
    "is",
    "was",
    "are",
    "were",
    "has",
    "have",
    "had",
    "not",
    "still",
    "again",
]
NAMES = [
    "Anna",
    "Ben",
    "Carla",
    "David",
    "Elena",
    "Frank",
    "Grace",
    "Hugo",
    "Irene",
    "Jonas",
    "Klara",
    "Liam",
    "Maria",
    "Nils",
    "Olga",
    "Paul",
    "Rosa",
    "Stefan",
    "Tina",
    "Uwe",
]
SURNAMES = [
    "Meyer",
    "Smith",
    "Rossi",
    "Novak",
    "Garcia",
    "Dubois",
    "Larsen",
    "Kowalski",
    "Jensen",
    "Silva",
    "Brown",
    "Weber",
    "Fischer",
    "Moreau",
    "Costa",
    "Lind",
]
OTHERS = (
    (
        "iso-2022-jp",
        "プリンターが動きません",
        "昨日から請求書の画面が表示されません。ご確認をお願いいたします。",
    ),
    (
        "koi8-r",
        "Не работает вход",
        "Здравствуйте. Со вчерашнего дня не открывается страница входа.",
    ),
    (
        "windows-1252",
        "Rückfrage zur Rechnung",
        "Könnten Sie bitte prüfen, warum die Übermittlung fehlschlägt?",
    ),
    (
        "utf-8",
        "Problème d’accès ✓",
        "Bonjour, l’écran reste bloqué après la mise à jour. Ευχαριστώ 🙂.",
    ),
)

_DATE = re.compile(rb"(^Date: |^Received:[^;]*;\s+)[^\r\n]+", re.MULTILINE)


@dataclass(frozen=True)
class Mail:
    """One mail of the corpus; replies carry {REF} in the subject."""

    conversation: int
    position: int
    sender: str
    message_id: str
    raw: bytes


def corpus(conversations: int, seed: int = 1) -> list[Mail]:
    """First mails, then first replies, then second ones."""
    folder = os.environ.get("MAILDESK_BENCH_CORPUS")
    mails = _read(Path(folder), conversations) if folder else _made(conversations, seed)
    today = format_datetime(localtime()).encode()
    mails = [replace(mail, raw=_dated(mail.raw, today)) for mail in mails]
    return sorted(mails, key=lambda m: (m.position, m.conversation))


def _dated(raw: bytes, date: bytes) -> bytes:
    """The mail with this date in its Received and Date fields."""
    head, empty, body = raw.partition(b"\r\n\r\n")
    return _DATE.sub(lambda found: found[1] + date, head) + empty + body


def _read(folder: Path, conversations: int) -> list[Mail]:
    rows = [json.loads(line) for line in (folder / "manifest.jsonl").open(encoding="utf-8")]
    return [
        Mail(
            r["conv"],
            r["pos"],
            r["sender"],
            r["mid"],
            (folder / r["file"]).read_bytes().replace(b"\n", b"\r\n"),
        )
        for r in rows
        if r["conv"] < conversations
    ]


def _made(conversations: int, seed: int) -> list[Mail]:
    dice = random.Random(seed)
    return [mail for number in range(conversations) for mail in _conversation(dice, seed, number)]


def _conversation(dice: random.Random, seed: int, number: int) -> list[Mail]:
    first, last = dice.choice(NAMES), dice.choice(SURNAMES)
    domain = f"cust{dice.randint(1, 400)}.example"
    sender = f"{first}.{last}{dice.randint(1, 9)}@{domain}".lower()
    kind = number % 10
    charset, subject, extra = "us-ascii", _sentence(dice)[:60], ""
    if kind == 9:
        charset, subject, extra = OTHERS[(number // 10) % 4]
    mails: list[Mail] = []
    ids: list[str] = []
    before = ""
    for position in range(1 + dice.randint(1, 3)):
        text = "\n\n".join(
            [extra] * 2 if extra else [_paragraph(dice) for _ in range(2 if position else 4)]
        )
        quoted = "\n".join(f"> {line}" for line in before.splitlines())
        body = f"{text}\n\n-- \n{first} {last}\n" + (
            f"\nOn Monday, Support wrote:\n{quoted}\n" if position else ""
        )
        message_id = f"b{seed}.{number}.{position}.{dice.getrandbits(48):012x}@{domain}"
        heading = Header(subject, charset, maxlinelen=70).encode() if extra else subject
        head = _head(
            dice,
            f"{first} {last}",
            sender,
            ("Re: {REF} " if position else "") + heading,
            message_id,
            ids,
        )
        raw = head.encode() + _entity(dice, kind, position, charset, body, text)
        mails.append(Mail(number, position, sender, message_id, raw.replace(b"\n", b"\r\n")))
        ids.append(message_id)
        before = body
    return mails


def _head(
    dice: random.Random, name: str, sender: str, subject: str, message_id: str, ids: list[str]
) -> str:
    domain = sender.partition("@")[2]
    date = "Mon, 05 Jan 2026 08:00:00 +0000"
    lines = [
        f"Received: from mx{hop}.{domain} (mx{hop}.{domain} [192.0.2.{dice.randint(1, 250)}])\n"
        f"\tby mail{hop}.desk.example with ESMTPS; {date}"
        for hop in range(3)
    ]
    token = base64.b64encode(dice.randbytes(160)).decode()
    lines += [
        f"DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s=sel1;\n"
        f"\tb={token[:70]}\n\t {token[70:140]}\n\t {token[140:]}",
        f'From: "{name}" <{sender}>',
        "To: Support <support@desk.example>",
        f"Subject: {subject}",
        f"Date: {date}",
        f"Message-ID: <{message_id}>",
    ]
    if ids:
        lines += [f"In-Reply-To: <{ids[-1]}>", "References: " + "\n\t".join(f"<{i}>" for i in ids)]
    return "\n".join([*lines, "X-Mailer: Example Mail 16.0", "MIME-Version: 1.0"]) + "\n"


def _entity(
    dice: random.Random, kind: int, position: int, charset: str, body: str, text: str
) -> bytes:
    boundary = f"=_{dice.getrandbits(64):016x}"
    if kind < 6 or (kind == 8 and position):
        html = "".join(
            f'<p class="MsoNormal" style="margin:0cm"><span>{p}</span></p>\n'
            for p in text.split("\n\n")
        )
        page = (
            f"<html><head><style>p.MsoNormal{{margin:0cm}}</style></head><body "
            f'lang="EN-GB"><div>{html}</div></body></html>\n'
        )
        return (
            f'Content-Type: multipart/alternative; boundary="{boundary}"\n\n--{boundary}\n'.encode()
            + _part(body, "utf-8", "plain")
            + f"\n--{boundary}\n".encode()
            + _part(page, "utf-8", "html")
            + f"\n--{boundary}--\n".encode()
        )
    if kind == 8:
        file = base64.encodebytes(dice.randbytes(100 * 1024)).decode()
        return (
            f'Content-Type: multipart/mixed; boundary="{boundary}"\n\n--{boundary}\n'.encode()
            + _part(body, "us-ascii", "plain")
            + f"\n--{boundary}\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
            f'Content-Disposition: attachment; filename="report.pdf"\n\n{file}\n'
            f"--{boundary}--\n".encode()
        )
    return _part(body, charset, "plain")


def _part(text: str, charset: str, subtype: str) -> bytes:
    head = f"Content-Type: text/{subtype}; charset={charset}\nContent-Transfer-Encoding: "
    raw = text.encode(charset, "replace")
    if charset in ("us-ascii", "iso-2022-jp"):
        return f"{head}7bit\n\n".encode() + raw
    if charset == "koi8-r":
        return f"{head}base64\n\n".encode() + base64.encodebytes(raw)
    return f"{head}quoted-printable\n\n".encode() + quopri.encodestring(raw)


def _sentence(dice: random.Random) -> str:
    return " ".join(dice.choice(WORDS) for _ in range(dice.randint(6, 16))).capitalize()


def _paragraph(dice: random.Random) -> str:
    words = ". ".join(_sentence(dice) for _ in range(dice.randint(2, 5))).split()
    return "\n".join(" ".join(words[i : i + 12]) for i in range(0, len(words), 12)) + "."

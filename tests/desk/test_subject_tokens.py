"""Tokens in subjects: found in whatever mail programs make of them, and shown to nobody else."""

from __future__ import annotations

from datetime import date
from email.header import Header
from hashlib import sha256

import pytest

from maildesk.desk.threads import links, subject_tokens
from maildesk.desk.threads.links import KeyRing, Purpose, whose
from maildesk.desk.threads.reference import find_number
from maildesk.mail.parse import parse

RING = KeyRing({"2": sha256(b"new").digest()})
TODAY, UNTIL = date(2026, 11, 20), date(2028, 11, 20)
BEN = "ben@desk.example"
SIGNATURE = links.signature(RING, links.IN_SUBJECT, Purpose.AGENT_REPLY, 7, BEN, UNTIL)
SUBJECT = subject_tokens.write("Re: Printer broken", "TKT-0007", "Take it", SIGNATURE)


def test_it_reads_well() -> None:
    written = subject_tokens.write("Re: Printer", "TKT-0007", "Take it", "x")
    assert written == "Re: Printer [TKT-0007 · Take it · x]"
    assert subject_tokens.write("Held: Printer", "", "", "x") == "Held: Printer [x]"
    assert len(SIGNATURE) <= 34


def test_a_long_subject_does_not_push_it_out_of_the_field() -> None:
    long = subject_tokens.write("Re: " + "word " * 200, "TKT-0007", "Take it", SIGNATURE)
    assert len(long) < 150
    assert long.endswith(f"{SIGNATURE}]")


@pytest.mark.parametrize(
    "written",
    [
        SUBJECT,
        f"Re: {SUBJECT}",
        f"AW: AW: {SUBJECT}",
        f"SV: {SUBJECT} and some more words",
        f"回复：{SUBJECT}",
        f"[EXTERNAL] {SUBJECT}",
        SUBJECT.upper(),
        SUBJECT.replace(" · ", " Â· "),
        SUBJECT.replace(" · ", " ? "),
        SUBJECT.replace("[", "").replace("]", ""),
        SUBJECT.replace("-", "- ").replace("TKT- 0007", "TKT-0007"),
    ],
)
def test_it_is_found_whatever_a_program_makes_of_the_subject(written: str) -> None:
    token = subject_tokens.read(RING, written, TODAY)
    assert token is not None
    assert (token.purpose, token.number) == (Purpose.AGENT_REPLY, 7)
    assert whose(token, [BEN]) == BEN
    bare = subject_tokens.without(written)
    assert links.SIGNATURE.search(bare) is None
    assert SIGNATURE[-10:] not in bare.lower()
    assert find_number("TKT-{:04d}", bare) == 7


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("width", [40, 60, 76])
def test_it_survives_encoded_words_and_folding(charset: str, width: int) -> None:
    words = f"AW: Drücker geht nicht {SUBJECT}"
    encoded = Header(words, charset, maxlinelen=width, header_name="Subject").encode(linesep="\r\n")
    message = parse(f"From: {BEN}\r\nSubject: {encoded}\r\n\r\n#take\r\n".encode())
    assert subject_tokens.read(RING, message.subject, TODAY) is not None


def test_what_nobody_signed_is_no_token_and_is_taken_out_all_the_same() -> None:
    forged = SUBJECT.replace(SIGNATURE, SIGNATURE[:-1] + ("0" if SIGNATURE[-1] != "0" else "1"))
    assert subject_tokens.read(RING, forged, TODAY) is None
    assert subject_tokens.without(forged) == "Re: Printer broken [TKT-0007]"


def test_only_the_reference_stays() -> None:
    assert subject_tokens.without(SUBJECT) == "Re: Printer broken [TKT-0007]"
    assert subject_tokens.without(f"Held: Printer [Yes · {SIGNATURE}]") == "Held: Printer"
    assert subject_tokens.without(f"5/5 [TKT-0007 · {SIGNATURE}]") == "5/5 [TKT-0007]"
    assert subject_tokens.without(f"Hi [Ticket 7 · Take it · {SIGNATURE}]") == "Hi [Ticket 7]"


@pytest.mark.parametrize(
    "subject", ["", "Re: [TKT-0007] printer", "a-b-c", "[" * 3000, "x" * 5000 + SUBJECT]
)
def test_other_subjects_are_left_as_they_are(subject: str) -> None:
    assert subject_tokens.read(RING, subject, TODAY) is None
    assert subject_tokens.without(subject) == subject or SIGNATURE in subject


def test_a_message_id_proves_nothing_in_a_subject() -> None:
    purpose, domain = Purpose.AGENT_REPLY, "desk.example"
    private = links.private_message_id(RING, domain, purpose, 7, BEN, UNTIL, "aa")
    signature = private.partition(".")[2].partition("@")[0]
    assert subject_tokens.read(RING, f"Re: [TKT-0007 · {signature}]", TODAY) is None

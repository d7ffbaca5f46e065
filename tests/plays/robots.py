"""Plays with machines: what they write is caused by what the desk wrote, and must come to rest."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from random import Random

from tests.plays.stage import Arrival, Machine, Sent, written

ROUNDS = 300  # the most that a machine answers: a play that comes so far has not come to rest


def _answers(domain: str, made: object) -> Machine:
    """A machine behind this domain that answers every mail in this way."""
    numbers = count(1)

    def machine(got: Sent) -> Iterator[Arrival]:
        if got.recipient.endswith("@" + domain) and (n := next(numbers)) <= ROUNDS:
            yield made(got, n)  # type: ignore[operator]

    return machine


def parrot(address: str, after: float = 1.0) -> Machine:
    """It answers in the thread, as a program does that knows no header for it."""

    def made(got: Sent, n: int) -> Arrival:
        told = str(got.mail["Message-ID"])
        text = f"Thank you for {told}, number {n}"
        subject = f"Re: {got.mail['Subject']}"
        raw = written(address, subject, text, got.reply_to, In_Reply_To=told)
        return Arrival(after, raw, address, got.reply_to)

    return _answers(address.rpartition("@")[2], made)


def forgetful(after: float = 1.0) -> Machine:
    """It writes anew each time, from another address, with another number."""

    def made(_got: Sent, n: int) -> Arrival:
        sender = f"bot{n}@many.example"
        raw = written(sender, "We received your request", f"Your number is {n}.")
        return Arrival(after, raw, sender)

    return _answers("many.example", made)


def changing(after: float = 1.0) -> Machine:
    """The same, and subject and text change as well, by numbers, ids and a name."""
    random = Random(7)  # the same each time

    def made(_got: Sent, n: int) -> Arrival:
        token, name = f"{random.getrandbits(64):016x}", random.choice(("Kim", "Lee", "Ana", "Max"))
        sender = f"{token}@many.example"
        text = f"Dear {name}, your request was filed under {token}. We answer within {n} hours."
        return Arrival(after, written(sender, f"Request {token} filed for {name}", text), sender)

    return _answers("many.example", made)


def babbling(after: float = 1.0) -> Machine:
    """It says something else from somewhere else each time: nothing but the time tells."""
    random = Random(11)

    def word() -> str:
        return "".join(
            random.choice("abcdefghijklmnoprstuvwz") for _ in range(random.randint(4, 9))
        )

    def made(_got: Sent, _n: int) -> Arrival:
        sender = f"{word()}@many.example"
        text = " ".join(word() for _ in range(12))
        return Arrival(after, written(sender, f"{word()} {word()}", text), sender)

    return _answers("many.example", made)


def quoting(after: float = 1.0) -> Machine:
    """From another address each time it quotes what it got, our reference among it."""

    def made(got: Sent, n: int) -> Arrival:
        sender = f"clerk{n}@many.example"
        body = got.mail.get_body(("plain",))
        quoted = str(body.get_content()) if body is not None else ""
        lines = "".join(f"> {line}\r\n" for line in quoted.splitlines())
        raw = written(sender, f"Case {n * 37}", f"Noted by clerk number {n}.\r\n\r\n{lines}")
        return Arrival(after, raw, sender)

    return _answers("many.example", made)


def away(address: str = "kim@away.example", after: float = 2.0) -> Machine:
    """Somebody is away, and their program says so in no header, to our plain address."""

    def made(got: Sent, _n: int) -> Arrival:
        text = "Back on the 7th. In urgent cases ask at the front desk."
        subject = f"Away: {got.mail['Subject']}"
        return Arrival(after, written(address, subject, text), address)

    return _answers(address.rpartition("@")[2], made)


def other_desk(after: float = 1.0) -> Machine:
    """A desk that greets every mail with a new number, from one address, without any header."""

    def made(_got: Sent, n: int) -> Arrival:
        sender = "support@other.example"
        text = f"Your request has the number {n}. We will come back to you."
        return Arrival(after, written(sender, f"Request {n}", text), sender)

    return _answers("other.example", made)


def seed(sender: str, subject: str = "Who is there?", text: str = "A question.") -> Arrival:
    """What it begins with."""
    return Arrival(0.0, written(sender, subject, text), sender)

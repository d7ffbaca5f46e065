"""Plays with people: every one of them writes once, and hears once that their mail has come."""

from __future__ import annotations

from collections.abc import Iterator

from tests.plays.stage import Arrival, written

_THINGS = (
    "printer", "invoice", "parcel", "password", "contract", "meter", "router", "refund", "chair",
    "ticket", "screen", "licence", "address", "voucher", "battery",
)  # fmt: skip
_TROUBLES = (
    "arrived broken and nobody picks up the telephone",
    "was charged twice in the same week, please look into it",
    "has not come although it was promised for Monday",
    "shows another name than mine since the move",
    "cannot be opened any more after the last update",
)
_NAMES = ("ana", "lee", "kim", "mara", "jonas", "petra", "ivo", "nils", "tessa", "omar")


def questions(people: int, seconds: float, domain: str = "bigmail.example") -> Iterator[Arrival]:
    """Different people at one provider, each with a matter of their own, one after the other."""
    for n in range(people):
        thing, trouble = _THINGS[n % len(_THINGS)], _TROUBLES[n % 7 % len(_TROUBLES)]
        sender = f"{_NAMES[n % len(_NAMES)]}.{n}@{domain}"
        text = f"Hello,\r\n\r\nmy {thing} {trouble}.\r\n\r\n{sender.partition('.')[0].title()}"
        yield Arrival(n * seconds, written(sender, f"My {thing}", text), sender)


def numbered(people: int, seconds: float) -> Iterator[Arrival]:
    """Different people who all ask the same, about a number of their own: the subjects, and the
    words, differ in nothing else."""
    for n in range(people):
        sender = f"person{n}@bigmail.example"
        text = f"Where is my order {40000 + n}?"
        yield Arrival(n * seconds, written(sender, f"Order {40000 + n}", text), sender)


def form(people: int, seconds: float) -> Iterator[Arrival]:
    """A form on a web site: one subject, the same labels, and what each has filled in."""
    for n in range(people):
        thing, trouble = _THINGS[n % len(_THINGS)], _TROUBLES[n % len(_TROUBLES)]
        sender = f"visitor{n}@people.example"
        text = (
            f"Name: {_NAMES[n % len(_NAMES)].title()} {n}\r\nE-Mail: {sender}\r\n"
            f"Message: my {thing} {trouble}\r\n\r\nSent by the form of the web site."
        )
        yield Arrival(n * seconds, written(sender, "Contact form", text), sender)

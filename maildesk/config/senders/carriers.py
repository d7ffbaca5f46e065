"""`carriers:` of desk.yaml: senders that write for others, read, checked and made values.

An entry that any stranger's mail would match is refused: it would make whoever stands in Reply-To
the customer of everybody's mail.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from ipaddress import ip_network
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from maildesk.config.kinds import Line, Match, Network, Section, YesNo, matches
from maildesk.config.yaml import Steps
from maildesk.desk.rules.patterns import Pattern
from maildesk.desk.senders.entries import Carrier, CarrierProof, Place
from maildesk.desk.senders.organisations import organisation
from maildesk.mail.owners import mailbox_of

_WIDEST = {4: 8, 6: 16}  # fewer bits are no network of anybody's
_FIELD = r"[!-9;-~]{1,100}"
_PLACES = "reply_to, or where the person stands, such as {line: E-Mail}"
_NAMES = "beside (the address), none, or where the name stands, such as {line: Name}"


def _list(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _pattern(value: str) -> str:
    """A pattern that can be used, and that not every line has."""
    if value and Pattern(value).found_in(""):
        raise ValueError("a pattern that is not found in every line")
    return value


def _network(value: str) -> str:
    if ip_network(value, strict=False).prefixlen < _WIDEST[ip_network(value, strict=False).version]:
        raise ValueError("a network that is somebody's (not everybody is in it)")
    return value


def _person(value: object) -> object:
    if isinstance(value, (Mapping, PlaceSection)):
        return value
    if str(value).strip().lower().replace("-", "_") == "reply_to":
        return {"header": "Reply-To"}
    raise ValueError(_PLACES)


def _name(value: object) -> object:
    if isinstance(value, (Mapping, PlaceSection)) or value is None:
        return value
    word = str(value).strip().lower()
    if word in ("none", "no", "false"):
        return {"header": "none"}
    if word == "beside":
        return None
    raise ValueError(_NAMES)


class PlaceSection(Section):
    """Where something stands in a message: a header field, a labelled line of the text, or the line
    in which a pattern is found."""

    header: Annotated[str, matches(rf"(?:{_FIELD})?", "the name of a header field")] = ""
    line: Annotated[list[Line], BeforeValidator(_list)] = []
    pattern: Annotated[str, AfterValidator(_pattern)] = ""

    @model_validator(mode="after")
    def _is_one(self) -> PlaceSection:
        if sum(map(bool, (self.header, self.line, self.pattern))) != 1:
            raise ValueError("one of header, line and pattern")
        return self


class ProofSection(Section):
    """What proves that a message is of this sender: each of these alone is enough."""

    peer: Annotated[list[Annotated[Network, AfterValidator(_network)]], BeforeValidator(_list)] = []
    dkim: Annotated[
        str, matches(r"(?:[^\s@.]+(?:\.[^\s@.]+)+)?", "a domain such as shop.example")
    ] = ""
    submission: YesNo = False

    @model_validator(mode="after")
    def _says_something(self) -> ProofSection:
        if not (self.peer or self.dkim or self.submission):
            raise ValueError("peer, dkim or submission")
        return self


_ANY_PLACE = {
    "anyOf": [
        {"enum": ["reply_to", "beside", "none"]},
        {
            "type": "object",
            "properties": {
                "header": {"type": "string"},
                "line": {"anyOf": [{"type": "string"}, {"type": "array"}]},
                "pattern": {"type": "string"},
            },
            "additionalProperties": False,
        },
    ]
}


class CarrierSection(Section):
    """A sender that writes for others: a form, a shop, a scanner, a group, another desk."""

    sender: Match
    person: Annotated[PlaceSection, BeforeValidator(_person), WithJsonSchema(_ANY_PLACE)] = (
        PlaceSection(header="Reply-To")
    )
    name: Annotated[PlaceSection | None, BeforeValidator(_name), WithJsonSchema(_ANY_PLACE)] = None
    proof: ProofSection | None = None


Wrong = Callable[[Steps, str, str], None]  # a mistake: where, what was expected, what was found


def check_carriers(
    sections: Iterable[CarrierSection],
    ours: Iterable[str],
    agents: Iterable[str],
    *,
    can_check_dkim: bool,
    wrong: Wrong,
) -> None:
    """What these entries and the rest of the desk's files do not agree on. `ours`: the desk's
    addresses; `agents`: those of its agents."""
    own, theirs = {mailbox_of(one) for one in ours if one}, set(map(mailbox_of, agents))
    domains = {one.rpartition("@")[2] for one in own}
    for index, one in enumerate(sections):
        steps: Steps = ("carriers", index, "sender")
        key = mailbox_of(one.sender)
        domain = key.rpartition("@")[2]
        if not key:
            continue
        if "*" in key:
            expected = f'an address, or all of a domain as "@{domain}"'
            wrong(steps, expected, f'"{one.sender}"')
        elif key.startswith("@") and not organisation(f"x{key}") and domain not in domains:
            expected = "an address, or @ and a domain that is one organisation's"
            wrong(steps, expected, f'"{one.sender}", from which everybody may write')
        elif key in theirs:
            wrong(steps, "a sender that is no agent", f'"{one.sender}", an agent\'s address')
        elif domain in domains and one.proof is None:
            expected = "proof beside it, such as proof: {peer: 192.0.2.10}"
            wrong(steps, expected, f'"{one.sender}", in whose name anybody could write to the desk')
        if one.proof and one.proof.dkim and not can_check_dkim:
            expected = "authserv_id or check_dkim in trust, for somebody has to look at signatures"
            wrong(("carriers", index, "proof", "dkim"), expected, f'"{one.proof.dkim}"')


def carriers(
    sections: Iterable[CarrierSection], line_of: Callable[[Steps], int]
) -> tuple[Carrier, ...]:
    """The entries as the desk goes by them, each with its line."""
    return tuple(
        Carrier(
            sender=one.sender,
            person=_place(one.person),
            name=_place(one.name) if one.name and one.name.header != "none" else None,
            has_name=one.name is None or one.name.header != "none",
            proof=_proof(one.proof),
            line=line_of(("carriers", index)),
        )
        for index, one in enumerate(sections)
    )


def _place(section: PlaceSection) -> Place:
    pattern = Pattern(section.pattern) if section.pattern else None
    return Place(section.header, tuple(section.line), pattern)


def _proof(section: ProofSection | None) -> CarrierProof | None:
    if section is None:
        return None
    networks: Any = tuple(ip_network(one, strict=False) for one in section.peer)
    return CarrierProof(networks, section.dkim.lower(), section.submission)

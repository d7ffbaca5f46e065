"""`portal:` of desk.yaml: the web form at the pages' `/`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from maildesk.config.kinds import Address, Count, Name, Section, YesNo
from maildesk.config.yaml import Steps
from maildesk.desk.pages.portal import CATEGORY, NAME, Portal
from maildesk.mail.owners import mailbox_of

Known = Callable[[Steps, str, Iterable[str], str], None]  # where, the word, the choices, what it is


def _no(value: object) -> object:
    return "no" if value is False else value


Asked = Annotated[
    Literal["shown", "required", "no"],
    BeforeValidator(_no),
    WithJsonSchema({"enum": ["shown", "required", "no", False]}),
]


class PortalSection(Section):
    """What the form asks for, where it leads, how often it may be sent."""

    enabled: YesNo = True
    address: Address | Literal[""] = ""
    ask: dict[Name, Asked] = Field(default_factory=dict)
    priorities: list[Name] = Field(default_factory=list)
    proof: YesNo = True
    per_network: Count = 10
    per_address: Count = 3


def _whole(value: object) -> object:
    """`yes` and `no` alone switch it on and off."""
    if isinstance(value, (Mapping, PortalSection)):
        return value
    word = str(value).strip().lower()
    if word not in ("true", "yes", "on", "false", "no", "off"):
        raise ValueError("yes, no, or what the form asks for, such as {ask: {category: required}}")
    return {"enabled": word in ("true", "yes", "on")}


_SCHEMA: dict[str, Any] = {
    "anyOf": [{"enum": [True, False, "yes", "no"]}, PortalSection.model_json_schema()]
}
PortalEntry = Annotated[PortalSection, BeforeValidator(_whole), WithJsonSchema(_SCHEMA)]


def portal(section: PortalSection) -> Portal:
    """The same as the desk goes by it."""
    return Portal(
        enabled=section.enabled,
        address=mailbox_of(section.address) if section.address else "",
        ask=dict(section.ask),
        priorities=tuple(section.priorities),
        proof=section.proof,
        per_network=section.per_network,
        per_address=section.per_address,
    )


def check_portal(
    section: PortalSection,
    *,
    addresses: Iterable[str],
    fields: Iterable[str],
    priorities: Iterable[str],
    known: Known,
) -> None:
    """What the form and the rest of desk.yaml do not agree on."""
    known(("portal", "address"), section.address, addresses, "an address of this desk")
    asked = (NAME, CATEGORY, *fields)
    for name in section.ask:
        known(("portal", "ask", name), name, asked, "what a form can ask for")
    for index, name in enumerate(section.priorities):
        known(("portal", "priorities", index), name, priorities, "a priority")

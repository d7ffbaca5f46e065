"""What lines of several places, and several files, must agree on: names that are used must be
known, and addresses one person's.

Known names are taken from the files as they are written, mistakes included: one
wrong line in a queue should not make every use of that queue a mistake of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

from maildesk.config.customers.own_fields import names_of
from maildesk.config.customers.portal import check_portal
from maildesk.config.mistakes import nearest, one_of, shown
from maildesk.config.models import AgentsFile, DeskFile
from maildesk.config.rules.rules_and_sla import Extras
from maildesk.config.senders.carriers import check_carriers
from maildesk.config.yaml import Document, Steps
from maildesk.desk.permissions import BUILT_IN
from maildesk.desk.senders.organisations import organisation
from maildesk.desk.ticket import Status
from maildesk.errors import Mistake
from maildesk.mail.owners import contact_of, is_same_mailbox, mailbox_of

DESK, AGENTS = "desk.yaml", "agents.yaml"
K = TypeVar("K", dict[str, Any], list[Any])


class Agreement:
    """The names that are known, and the mistakes found so far."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.documents = documents
        self.mistakes: list[Mistake] = []

    def wrong(
        self, file: str, steps: Steps, expected: str, found: str, choices: Iterable[str] = ()
    ) -> None:
        """Notes a mistake at `steps` of the file."""
        line, column = self.documents[file].at(steps)
        self.mistakes.append(
            Mistake(file, line, column, expected, found, nearest(found.strip('"'), choices))
        )

    def known(self, file: str, steps: Steps, word: str, choices: Iterable[str], what: str) -> None:
        """A word that is used must be one of the choices; an empty one stands for the default."""
        names = [c for c in dict.fromkeys(choices) if c]
        if word and word not in names:
            self.wrong(
                file, steps, f"{what} ({one_of(names)})" if names else what, shown(word), names
            )

    def once(self, file: str, places: Iterable[tuple[Steps, str]], what: str) -> None:
        """Each word at most once; what is absent is none."""
        seen: dict[str, int] = {}
        for steps, word in places:
            key = mailbox_of(word)
            if not key:
                continue
            if key in seen:
                self.wrong(
                    file, steps, f"{what} once", f'"{word}" again (first on line {seen[key]})'
                )
            seen.setdefault(key, self.documents[file].at(steps)[0])


def agree(
    desk: DeskFile | None,
    agents: AgentsFile | None,
    readable: Mapping[str, Document],
    written: Mapping[str, Document],
    extras: Extras,
) -> list[Mistake]:
    """Every mistake in what the two files say together. `readable` is what was left of them when
    they were read."""
    agreement = Agreement(readable)
    teams = _teams(written.get(AGENTS))
    if desk is not None:
        _desk(agreement, desk, list(_under(written[DESK], "queues", dict)))
        _queues(agreement, desk, teams)
        _carriers(agreement, desk, agents)
        _portal(agreement, desk)
    if agents is not None:
        _agents(agreement, agents, desk, teams or [], extras)
        _teams_of_agents(agreement, agents, teams or [], written)
    if desk is not None and agents is not None:
        _addresses(agreement, desk, agents)
    return agreement.mistakes


def _desk(agreement: Agreement, desk: DeskFile, queues: list[str]) -> None:
    for index, one in enumerate(desk.addresses):
        steps: Steps = ("addresses", index)
        if queues:
            agreement.known(DESK, (*steps, "queue"), one.queue, queues, "a queue")
        agreement.known(
            DESK, (*steps, "language"), one.language, desk.languages, "one of the desk's languages"
        )
        agreement.known(DESK, (*steps, "priority"), one.priority, desk.priorities, "a priority")
        if desk.categories:
            agreement.known(DESK, (*steps, "category"), one.category, desk.categories, "a category")
    agreement.once(
        DESK,
        ((("addresses", i, "address"), a.address) for i, a in enumerate(desk.addresses)),
        "each address",
    )
    agreement.once(
        DESK,
        ((("aliases", i, "address"), one.address) for i, one in enumerate(desk.aliases)),
        "each alias",
    )
    for index, alias in enumerate(desk.aliases):
        listed = [a.address for a in desk.addresses]
        agreement.known(DESK, ("aliases", index, "of"), alias.of, listed, "an address of this desk")
        if any(is_same_mailbox(alias.address, one) for one in listed):
            agreement.wrong(
                DESK,
                ("aliases", index, "address"),
                "an address that stands in none of the lines under addresses",
                shown(alias.address),
            )
    agreement.once(
        DESK,
        ((("contacts", i, "match"), c.match or "") for i, c in enumerate(desk.contacts)),
        "each contact",
    )
    _contacts(agreement, desk)
    lists = {name: getattr(desk, name) for name in ("priorities", "categories", "types")}
    lists |= {"languages": desk.languages, "custom_fields": names_of(desk.custom_fields)}
    for name, names in lists.items():
        agreement.once(DESK, (((name, i), word) for i, word in enumerate(names)), "each name")
    for index, name in enumerate(desk.mine.fields):
        own = names_of(desk.custom_fields)
        agreement.known(DESK, ("mine", "fields", index), name, own, "one of custom_fields")
    for role in desk.roles:
        if role in BUILT_IN:
            agreement.wrong(
                DESK, ("roles", role), "a name of your own (this role is built in)", shown(role)
            )
    built_in = {s.value for s in Status}
    for name, behaviour in desk.statuses.items():
        if name in built_in and name != behaviour:
            agreement.wrong(
                DESK,
                ("statuses", name),
                f"{name} (a name that every desk has behaves like itself)",
                shown(behaviour),
            )


def _queues(agreement: Agreement, desk: DeskFile, teams: list[str] | None) -> None:
    for name, queue in desk.queues.items():
        if queue is None:
            continue
        steps: Steps = ("queues", name)
        agreement.known(DESK, (*steps, "priority"), queue.priority, desk.priorities, "a priority")
        if desk.categories:
            agreement.known(
                DESK, (*steps, "category"), queue.category, desk.categories, "a category"
            )
        if teams is None:
            continue
        for index, team in enumerate(queue.teams):
            agreement.known(
                DESK, (*steps, "teams", index), team, teams, "a team that an agent belongs to"
            )
        agreement.known(
            DESK, (*steps, "next_tier"), queue.next_tier, teams, "a team that an agent belongs to"
        )


def _agents(
    agreement: Agreement,
    agents: AgentsFile,
    desk: DeskFile | None,
    teams: list[str],
    extras: Extras,
) -> None:
    calendars = extras.calendar_names
    for index, agent in enumerate(agents.agents):
        steps: Steps = ("agents", index)
        for place, team in enumerate(agent.supervises):
            agreement.known(
                AGENTS,
                (*steps, "supervises", place),
                team,
                teams,
                "a team that an agent belongs to",
            )
        if desk is not None:
            roles = tuple(dict.fromkeys((*BUILT_IN, *desk.roles)))
            if agent.role and agent.role not in roles:
                agreement.wrong(AGENTS, (*steps, "role"), one_of(roles), shown(agent.role), roles)
            agreement.known(
                AGENTS,
                (*steps, "language"),
                agent.language,
                desk.languages,
                "one of the desk's languages",
            )
        if calendars is not None:
            agreement.known(
                AGENTS, (*steps, "hours"), agent.hours, calendars, "a calendar of sla.yaml"
            )
    agreement.once(AGENTS, _own(agents), "each address")


def _teams_of_agents(
    agreement: Agreement, agents: AgentsFile, teams: list[str], written: Mapping[str, Document]
) -> None:
    """A team that nothing else names, and that looks like one of the others, is a slip: the agent
    would be missing there. Whoever means it names it below `teams:`."""
    if DESK not in written:
        return
    unused = dict(unused_teams(agents, written))
    choices = [team for team in teams if team not in unused.values()]
    for steps, team in unused.items():
        if nearest(team, choices):
            expected = f"a team of a queue ({one_of(choices)}), or one named under teams:"
            agreement.wrong(AGENTS, steps, expected, shown(team), choices)


def unused_teams(
    agents: AgentsFile, written: Mapping[str, Document]
) -> Iterable[tuple[Steps, str]]:
    """The teams of agents that nothing else names, and where each stands."""
    named = _named(written) | set(agents.teams)
    for index, agent in enumerate(agents.agents):
        for place, team in enumerate(agent.teams):
            if team and team not in named:
                yield ("agents", index, "teams", place), team


def _named(written: Mapping[str, Document]) -> set[str]:
    """Every word that may be a team's name, wherever it stands but in the teams of agents."""
    found: set[str] = set()
    left = [document.data for name, document in written.items() if name != AGENTS]
    agents = _under(written[AGENTS], "agents", list) if AGENTS in written else []
    left += [one.get("supervises") for one in agents if isinstance(one, dict)]
    while left:
        match left.pop():
            case dict() as inner:
                left += [*inner, *inner.values()]
            case list() as inner:
                left += inner
            case str() as words:
                found |= {words, *re.split(r"[\s,:]+", words)}
    return found


def _own(agents: AgentsFile) -> Iterable[tuple[Steps, str]]:
    """Every address of every agent, and where it stands."""
    for index, agent in enumerate(agents.agents):
        yield ("agents", index, "address"), agent.address
        for place, address in enumerate(agent.also):
            yield ("agents", index, "also", place), address


def _addresses(agreement: Agreement, desk: DeskFile, agents: AgentsFile) -> None:
    """A desk address that is also a person's would answer itself."""
    ours = {mailbox_of(a.address) for a in desk.addresses if a.address}
    expected = "an address of a person's own"
    for steps, address in _own(agents):
        if _bare_address(address, desk.plus) in ours:
            agreement.wrong(AGENTS, steps, expected, f'"{address}", an address of the desk')
    for index, address in enumerate(desk.admins):
        if _bare_address(address, desk.plus) in ours:
            agreement.wrong(
                DESK, ("admins", index), expected, f'"{address}", an address of the desk'
            )
    _aliases(agreement, desk, agents)


def _aliases(agreement: Agreement, desk: DeskFile, agents: AgentsFile) -> None:
    """An alias is never written to, so it may be no person's: not by name, and not by a domain
    that is theirs, or everybody's."""
    people = [(address, AGENTS) for _, address in _own(agents)]
    people += [(address, DESK) for address in desk.admins]
    for one in desk.contacts:
        people += [(address, DESK) for address in (one.match, *one.addresses) if address]
    own = {mailbox_of(a.address).rpartition("@")[2] for a in desk.addresses}
    for index, alias in enumerate(desk.aliases):
        steps: Steps = ("aliases", index, "address")
        local, _, domain = _bare_address(alias.address, desk.plus).rpartition("@")
        if not local and not organisation(f"@{domain}"):
            found = f'"{alias.address}", where everybody may have a mailbox'
            agreement.wrong(DESK, steps, "a domain of the desk's own", found)
            continue
        for address, file in people:
            theirs = _bare_address(address, desk.plus)
            is_theirs = theirs == f"{local}@{domain}" if local else theirs.endswith(f"@{domain}")
            if is_theirs and (local or domain not in own):
                found = f'"{alias.address}", which takes in {address} of {file}'
                agreement.wrong(DESK, steps, "an address that is no person's", found)
                break


def _carriers(agreement: Agreement, desk: DeskFile, agents: AgentsFile | None) -> None:
    def wrong(steps: Steps, expected: str, found: str) -> None:
        agreement.wrong(DESK, steps, expected, found)

    check_carriers(
        desk.carriers,
        (a.address for a in desk.addresses),
        (address for _, address in _own(agents)) if agents is not None else (),
        can_check_dkim=bool(desk.trust.authserv_id or desk.trust.check_dkim),
        wrong=wrong,
    )
    senders = ((("carriers", i, "sender"), c.sender) for i, c in enumerate(desk.carriers))
    agreement.once(DESK, senders, "each sender")


def _portal(agreement: Agreement, desk: DeskFile) -> None:
    check_portal(
        desk.portal,
        addresses=[a.address for a in desk.addresses],
        fields=names_of(desk.custom_fields),
        priorities=desk.priorities,
        known=partial(agreement.known, DESK),
    )


def _contacts(agreement: Agreement, desk: DeskFile) -> None:
    """An address belongs to one contact, whatever stands behind its +, and not to the desk."""
    whose: dict[str, int] = {}
    for index, contact in enumerate(desk.contacts):
        for place, address in enumerate(contact.addresses):
            steps: Steps = ("contacts", index, "addresses", place)
            if any(is_same_mailbox(address, own.address) for own in desk.addresses):
                agreement.wrong(
                    DESK, steps, "an address of a customer", f'"{address}", an address of the desk'
                )
            owner = whose.setdefault(contact_of(address), index)
            if owner != index:
                line, _ = agreement.documents[DESK].at(("contacts", owner))
                found = f'"{address}", which is the contact on line {line}, too'
                agreement.wrong(DESK, steps, "an address of one contact alone", found)
        if contact.match and not contact.match.startswith("@"):
            owner = whose.setdefault(contact_of(contact.match), index)
            if owner != index:
                line, _ = agreement.documents[DESK].at(("contacts", owner))
                found = f'"{contact.match}", which is the contact on line {line}, too'
                steps = ("contacts", index, "match")
                agreement.wrong(DESK, steps, "an address of one contact alone", found)


def _bare_address(address: str, plus: str) -> str:
    local, _, domain = mailbox_of(address).rpartition("@")
    return f"{local.partition(plus)[0]}@{domain}" if plus == "+" else f"{local}@{domain}"


def _under(document: Document, key: str, kind: type[K]) -> K:
    """The mapping or list under a key, as it is written; an empty one where there is none."""
    found = document.data.get(key) if isinstance(document.data, dict) else None
    return found if isinstance(found, kind) else kind()


def _teams(document: Document | None) -> list[str] | None:
    """Every team that an agent is written into; None where agents.yaml cannot be read at all."""
    if document is None or not isinstance(document.data, dict):
        return None
    agents = [agent for agent in _under(document, "agents", list) if isinstance(agent, dict)]
    lists = [agent["teams"] for agent in agents if isinstance(agent.get("teams"), list)]
    return list(dict.fromkeys(team for teams in lists for team in teams if isinstance(team, str)))

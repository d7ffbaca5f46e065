"""From the desk folder to a Policy: every file read, every name looked up, every mistake of all of
them at once.

A file with a mistake is read as far as it goes, so that what other files say can
still be checked against it; the Policy is made only when nothing is wrong.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any, TypeVar

from maildesk.config.articles.files import article_files, is_picture, read_articles
from maildesk.config.cross_checks import agree
from maildesk.config.customers.context import CONTACTS, read_context
from maildesk.config.customers.own_fields import names_of, own_fields
from maildesk.config.customers.portal import portal
from maildesk.config.defaults import FILE as DEFAULT_RULES
from maildesk.config.defaults import default_bytes
from maildesk.config.kinds import Section
from maildesk.config.known_names import known_names
from maildesk.config.mistakes import read_part
from maildesk.config.models import (
    AddressSection,
    AgentSection,
    AgentsFile,
    AttachmentsSection,
    ContactSection,
    DeskFile,
    QueueSection,
    TrackingSection,
)
from maildesk.config.notices.heard import events, notices
from maildesk.config.replies.canned import canned_files, read_canned
from maildesk.config.replies.signatures import read_signatures, signature_files
from maildesk.config.rules.rules_and_sla import read_extras
from maildesk.config.senders.carriers import carriers
from maildesk.config.templates.languages import read_languages
from maildesk.config.templates.words import read_wording
from maildesk.config.views import check_views
from maildesk.config.yaml import Document, read_bytes, read_document
from maildesk.config.yaml_reader import Known
from maildesk.desk.mails.limits import AttachmentLimits, LoopLimits
from maildesk.desk.mails.wording import Wording
from maildesk.desk.pages.mine import Mine
from maildesk.desk.pages.survey_page import SurveyPage
from maildesk.desk.pages.tracking import Tracking
from maildesk.desk.permissions import CustomersMay, Levels, Permission, Proof, permissions_of
from maildesk.desk.policy import Absence, Agent, DeskAddress, Periods, Policy, Queue
from maildesk.desk.priorities import spellings
from maildesk.desk.senders.entries import Contact, Joining, Trust
from maildesk.desk.ticket import Status
from maildesk.errors import BadPolicy, Mistake
from maildesk.mail.owners import mailbox_of

REQUIRED = ("desk.yaml", "agents.yaml")
OPTIONAL = ("rules.yaml", "sla.yaml")
TEMPLATES = "templates"


def load_policy(desk: Path) -> Policy:
    """The policy that the files of this folder say; BadPolicy with every mistake of every file."""
    mistakes: list[Mistake] = []
    raw = _read_all(desk, mistakes)
    documents: dict[str, Document] = {}
    for name, content in raw.items():
        document, found = read_document(content, name)
        mistakes += found
        if document is not None:
            documents[name] = document
    readable = dict(documents)
    desk_file = agents_file = None
    if "desk.yaml" in documents:
        desk_file, found, readable["desk.yaml"] = _read(DeskFile, documents["desk.yaml"])
        mistakes += found
    if "agents.yaml" in documents:
        agents_file, found, readable["agents.yaml"] = _read(AgentsFile, documents["agents.yaml"])
        mistakes += found
    # mistakes in it are told with those of the templates
    wording = read_wording(desk / TEMPLATES)[0]
    if desk_file is not None:
        as_written = documents["desk.yaml"]
        desk_file, found = read_languages(desk_file, as_written, desk / TEMPLATES)
        mistakes += found
        desk_file = _with_own_priorities(desk_file, wording)
    draft = (
        replace(
            _policy(desk_file, agents_file),
            carriers=carriers(desk_file.carriers, lambda at: documents["desk.yaml"].at(at)[0]),
            wording=wording,
        )
        if desk_file is not None and agents_file is not None and not mistakes
        else None
    )
    extras, found = read_extras(
        desk,
        documents,
        frozenset(OPTIONAL) - set(raw),
        replace(_known(draft, documents, desk_file), wording=wording),
    )
    mistakes += found
    mistakes += check_views(draft, documents["desk.yaml"]) if draft is not None else []
    written, found = _written(desk, desk_file, agents_file, readable, wording)
    mistakes += found
    section = desk_file.context if desk_file is not None else None
    context, found = read_context(desk, section, documents.get("desk.yaml"))
    mistakes += found
    mistakes += agree(desk_file, agents_file, readable, documents, extras)
    if mistakes or draft is None:
        raise BadPolicy(_in_order(mistakes))
    return replace(
        draft,
        **written,
        **context,
        calendars=extras.calendars,
        rules=extras.rules,
        service_levels=extras.service_levels,
        fingerprint=_fingerprint(desk, raw),
    )


def _known(
    draft: Policy | None, documents: dict[str, Document], desk_file: DeskFile | None
) -> Known:
    """The names for rules and service levels; the languages are those that may be used."""
    known = known_names(draft, documents)
    return known if desk_file is None else replace(known, languages=tuple(desk_file.languages))


def _written(
    desk: Path,
    desk_file: DeskFile | None,
    agents_file: AgentsFile | None,
    readable: dict[str, Document],
    wording: Wording,
) -> tuple[dict[str, Any], list[Mistake]]:
    """What is written for people, in files of its own; and every mistake in it."""
    signatures, mistakes = read_signatures(desk, desk_file, agents_file, readable, wording)
    canned, wrong = read_canned(desk, desk_file, wording)
    articles, dead = read_articles(desk, desk_file)
    found = {"signatures": signatures, "canned": canned, "articles": articles}
    return found, [*mistakes, *wrong, *dead]


def policy_files(desk: Path) -> list[Path]:
    """Every file that the policy and its mails come from, whether it is there or not."""
    templates = desk / TEMPLATES
    found = (
        sorted(path for path in templates.rglob("*") if _is_template(path))
        if templates.is_dir()
        else []
    )
    words = [*signature_files(desk), *canned_files(desk), *article_files(desk)]
    return [desk / name for name in (*REQUIRED, *OPTIONAL)] + found + words + [desk / CONTACTS]


def _is_template(path: Path) -> bool:
    """Not what editors leave beside a file while it is open."""
    return not path.name.startswith((".", "#")) and not path.name.endswith("~") and path.is_file()


def _read_all(desk: Path, mistakes: list[Mistake]) -> dict[str, bytes]:
    """The bytes of each file, read once, so that the fingerprint is that of what was understood."""
    if not desk.is_dir():
        raise BadPolicy([Mistake(str(desk), 1, 1, "a desk folder", "none")])
    raw = {}
    for name in (*REQUIRED, *OPTIONAL):
        path = desk / name
        if name in OPTIONAL and not path.exists() and not path.is_symlink():
            continue
        try:
            raw[name] = read_bytes(path, name)
        except BadPolicy as bad:
            mistakes += bad.mistakes
    return raw


F = TypeVar("F", bound=Section)
S = TypeVar("S", AddressSection, QueueSection)


def _read(model: type[F], document: Document) -> tuple[F | None, list[Mistake], Document]:
    if document.data is None:
        needed = "addresses" if model is DeskFile else "agents"
        return (
            None,
            [Mistake(document.file, 1, 1, f"at least the key {needed}", "an empty file")],
            document,
        )
    return read_part(model, document, is_secret=lambda steps: "password" in steps)


def _in_order(mistakes: Iterable[Mistake]) -> list[Mistake]:
    """File by file, from top to bottom, each once."""
    names = (*REQUIRED, *OPTIONAL)
    return sorted(
        dict.fromkeys(mistakes),
        key=lambda m: (
            names.index(m.file) if m.file in names else len(names),
            m.file,
            m.line,
            m.column,
        ),
    )


def _fingerprint(desk: Path, raw: dict[str, bytes]) -> str:
    """Twelve hexadecimal digits that change with the content of any policy file or template."""
    digest = hashlib.sha256()
    contents = {**raw, DEFAULT_RULES: default_bytes()}
    for path in policy_files(desk)[len(REQUIRED) + len(OPTIONAL) : -1]:
        name = str(path.relative_to(desk))
        # of a picture of an article it is told whether it is there, not what it shows
        contents[name] = b"" if is_picture(path) else read_bytes(path, name)
    if (desk / CONTACTS).is_file():  # which may be large, and is not read at once
        with (desk / CONTACTS).open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()[:12]


def _policy(desk: DeskFile, agents: AgentsFile) -> Policy:
    """The words of the two files as the values the desk goes by."""
    default = desk.languages[0]
    people = tuple(_agent(a, agents, desk) for a in agents.agents)
    priority = default_priority(desk.priorities)
    roles = {name: frozenset(map(Permission, allowed)) for name, allowed in desk.roles.items()}
    managers = tuple(
        a.address for a in people if Permission.MANAGE in permissions_of(a.role, roles)
    )
    return Policy(
        desk_name=desk.name,
        addresses=tuple(_address(one, desk) for one in desk.addresses),
        queues=_queues(desk, priority),
        agents=people,
        teams=frozenset(team for a in people for team in a.teams),
        website=desk.website,
        signature=desk.signature.strip("\n"),
        colour=desk.colour,
        default_language=default,
        languages=tuple(desk.languages),
        admins=tuple(desk.admins) or managers,
        priorities=tuple(desk.priorities),
        categories=tuple(desk.categories),
        types=tuple(desk.types),
        labels={name: colour or "" for name, colour in desk.labels.items()},
        custom_fields=names_of(desk.custom_fields),
        own_fields=own_fields(desk.custom_fields),
        roles=roles,
        views=dict(desk.views),
        statuses=statuses(desk),
        reference_format=desk.reference,
        periods=Periods(**_same(Periods, desk.periods)),
        loops=_loops(desk),
        attachments=_attachments(desk.attachments),
        trust=_trust(desk),
        joining=Joining(**_same(Joining, desk.joining)),
        tracking=_tracking(desk.tracking),
        portal=portal(desk.portal),
        mine=Mine(**_same(Mine, desk.mine) | {"fields": tuple(desk.mine.fields)}),
        stale_replies=desk.stale_replies,
        forgotten_files=desk.forgotten_files,
        customers=CustomersMay(**_same(CustomersMay, desk.customers)),
        merge_told=desk.merge.tell,
        undo_send=desk.undo_send,
        contacts=tuple(map(_contact, desk.contacts)),
        survey=desk.survey.ask,
        survey_page=SurveyPage(**_same(SurveyPage, desk.survey)),
        acknowledge=desk.acknowledge.customers,
        never_acknowledge=tuple(desk.acknowledge.never),
        strangers=desk.acknowledge.strangers,
        plus=desk.plus,
        aliases={mailbox_of(one.address): mailbox_of(one.of) for one in desk.aliases},
        own_domains=desk.own_domains,
    )


def _address(one: AddressSection, desk: DeskFile) -> DeskAddress:
    return DeskAddress(
        one.address,
        one.queue,
        one.name or desk.name,
        one.language,
        one.priority,
        one.category,
        desk.sub_addresses if one.sub_addresses is None else one.sub_addresses,
    )


def _tracking(section: TrackingSection) -> Tracking:
    mails = None if section.mails is None else frozenset(section.mails)
    return Tracking(**_same(Tracking, section) | {"mails": mails})


def _trust(desk: DeskFile) -> Trust:
    lists = {"allow": tuple(desk.trust.allow), "block": tuple(desk.trust.block)}
    levels = Levels(**{name: Proof(one) for name, one in _same(Levels, desk.trust.levels).items()})
    return Trust(**_same(Trust, desk.trust) | lists | {"levels": levels})


def _with_own_priorities(desk: DeskFile, wording: Wording) -> DeskFile:
    """The file with its addresses' and queues' priorities as the desk itself calls them."""
    names = spellings(desk.priorities, wording)

    def own(section: S) -> S:
        word = section.priority
        return section.model_copy(update={"priority": names.get(word.casefold(), word)})

    queues = {name: queue and own(queue) for name, queue in (desk.queues or {}).items()}
    addresses = [own(address) for address in desk.addresses]
    return desk.model_copy(update={"queues": queues, "addresses": addresses})


def default_priority(priorities: list[str]) -> str:
    """What a ticket begins with where nothing is said: normal, else the one in the middle."""
    return "normal" if "normal" in priorities else priorities[(len(priorities) - 1) // 2]


def statuses(desk: DeskFile) -> dict[str, Status]:
    """The desk's own names first; a behaviour that has none keeps its own."""
    found = {name: Status(behaviour) for name, behaviour in desk.statuses.items()}
    named = set(found.values())
    return found | {s.value: s for s in Status if s not in named}


def _queues(desk: DeskFile, priority: str) -> dict[str, Queue]:
    """The queues of the file; where it names none, those of the addresses, worked by everybody."""
    found = {}
    for name, queue in (desk.queues or {a.queue: None for a in desk.addresses}).items():
        found[name] = (
            Queue(
                name,
                tuple(queue.teams),
                queue.priority or priority,
                queue.category,
                queue.next_tier,
                queue.survey,
            )
            if queue is not None
            else Queue(name, priority=priority)
        )
    return found


def _contact(one: ContactSection) -> Contact:
    known = one.name, one.organisation, one.tier, tuple(one.addresses)
    return Contact(one.match or "", *known, sees_organisation=one.sees == "organisation")


def _agent(agent: AgentSection, file: AgentsFile, desk: DeskFile) -> Agent:
    return Agent(
        name=agent.name,
        address=agent.address,
        also=tuple(agent.also),
        role=agent.role,
        teams=tuple(agent.teams),
        skills=tuple(agent.skills),
        language=agent.language or desk.languages[0],
        hours=agent.hours,
        capacity=agent.capacity,
        away_until=agent.away_until,
        away=tuple(Absence(one.until, one.from_) for one in agent.away),
        supervises=tuple(agent.supervises),
        notify=events(agent, file),
        notices=notices(agent, file, desk.notices),
        password=agent.password.get_secret_value(),
    )


def _loops(desk: DeskFile) -> LoopLimits:
    own = desk.loops
    never = (*_or(own.never_answer, LoopLimits.never_answer), *own.also_never_answer)
    return LoopLimits(**{**_same(LoopLimits, own), "never_answer": never})


def _same(kind: type[Any], section: Section) -> dict[str, Any]:
    """The values of a section whose names are those of the dataclass."""
    return {f.name: getattr(section, f.name) for f in fields(kind)}


def _or(chosen: list[str] | None, built_in: tuple[str, ...]) -> tuple[str, ...]:
    return built_in if chosen is None else tuple(chosen)


def _attachments(section: AttachmentsSection) -> AttachmentLimits:
    return AttachmentLimits(
        section.max_size, section.max_total, _or(section.blocked, AttachmentLimits.blocked)
    )

"""Sample messages of the desk folder: `tests/NAME.eml`, and beside it `NAME.yaml` with what is
expected to become of it.

Each goes through a dry run on an empty desk, as of its own date. What is not as
expected is a mistake with the line of the expectation.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from maildesk.config.environment import load_settings
from maildesk.config.yaml import Document, parse, read_bytes
from maildesk.config.yaml_reader import Path as Steps
from maildesk.config.yaml_reader import Reader
from maildesk.errors import BadMessage, BadPolicy, Mistake
from maildesk.mail.parse import parse as parse_message
from maildesk.pipeline.services import Services, utc_now
from maildesk.pipeline.simulation.dry_run import elsewhere, envelope_for, foresee, rehearsal
from maildesk.views.dry_runs import Foreseen, Mail, fired

FOLDER = "tests"
_GIVEN = ("at", "from", "to")
_MAIL = ("to", "template", "subject contains", "text contains")
_NONE = ("nobody", "none", "")
_ANYBODY = "somebody"  # an assignee, whoever it is
_FIELDS: Mapping[str, Callable[[Foreseen], str]] = {
    name: lambda found, name=name: str(getattr(found.ticket, name, ""))  # type: ignore[misc]
    for name in (
        "queue",
        "priority",
        "category",
        "type",
        "status",
        "language",
        "subject",
        "assignee",
    )
}
_KEYS = (*_GIVEN, "opens", "held", *_FIELDS, "labels", "rules", "not_rules", "mails")


@dataclass(frozen=True, slots=True)
class _Sample:
    """One message with what is expected of it."""

    message: Path
    document: Document


def check_samples(desk: Path) -> list[Mistake]:
    """Every expectation of every sample that does not hold; where the desk itself has mistakes,
    only those that make no sense."""
    folder = desk / FOLDER
    names = (
        sorted(path for path in folder.glob("*.eml") if path.is_file()) if folder.is_dir() else []
    )
    mistakes: list[Mistake] = []
    samples = [sample for path in names if (sample := _read(path, mistakes))]
    alone = (
        [path for path in sorted(folder.glob("*.yaml")) if not path.with_suffix(".eml").is_file()]
        if folder.is_dir()
        else []
    )
    mistakes += [
        Mistake(f"{FOLDER}/{path.name}", 1, 1, f"{path.stem}.eml beside it", "none")
        for path in alone
    ]
    mistakes += [mistake for sample in samples for mistake in _unknown(sample)]
    if not samples:
        return mistakes
    try:
        with rehearsal(desk, load_settings(desk), empty=True) as services:
            for sample in samples:
                mistakes += _check(services, sample)
    except BadPolicy:  # told already, by those who read the files
        return mistakes
    return mistakes


def _read(message: Path, mistakes: list[Mistake]) -> _Sample | None:
    beside = message.with_suffix(".yaml")
    name = f"{FOLDER}/{beside.name}"
    if not beside.is_file():
        mistakes.append(
            Mistake(f"{FOLDER}/{message.name}", 1, 1, f"{beside.name} beside it", "none")
        )
        return None
    try:
        return _Sample(message, parse(read_bytes(beside, name), name))
    except BadPolicy as bad:
        mistakes += bad.mistakes
        return None


def _unknown(sample: _Sample) -> list[Mistake]:
    """What is expected there that no desk could tell of."""
    reader = Reader(sample.document.file, sample.document.at, sample.document.at_key)
    reader.keys(
        reader.mapping(
            sample.document.data or {}, (), "what is expected: queue, assignee, mails …"
        ),
        (),
        _KEYS,
    )
    return reader.mistakes


def _check(services: Services, sample: _Sample) -> list[Mistake]:
    reader = Reader(sample.document.file, sample.document.at, sample.document.at_key)
    expected = sample.document.data if isinstance(sample.document.data, Mapping) else {}
    try:
        raw = sample.message.read_bytes()
        at = _moment(reader, expected.get("at"), services) or parse_message(raw).date or utc_now()
        if reader.mistakes:  # what is expected of another time cannot be looked at
            return reader.mistakes
        policy = services.keeper.current.policy
        sender = str(expected["from"]) if "from" in expected else None
        envelope = envelope_for(raw, policy, sender, reader.words(expected.get("to"), ("to",)))
        found = foresee(elsewhere(services, services.keeper.current, at), raw, envelope)
    except BadMessage as problem:
        return [Mistake(f"{FOLDER}/{sample.message.name}", 1, 1, "a message", str(problem))]
    except OSError as problem:
        return [
            Mistake(
                f"{FOLDER}/{sample.message.name}",
                1,
                1,
                "a file that can be read",
                str(problem.strerror),
            )
        ]
    _compare(reader, expected, found)
    return reader.mistakes


def _moment(reader: Reader, value: object, services: Services) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        reader.wrong(("at",), "a time such as 2026-11-20 22:30", value)
        return None
    zone = services.keeper.current.policy.tz
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _compare(reader: Reader, expected: Mapping[str, Any], found: Foreseen) -> None:
    """Note everything that is not as expected."""
    if (
        "opens" in expected
        and (wanted := reader.flag(expected["opens"], ("opens",))) is not found.is_new
    ):
        reader.wrong(("opens",), "a new ticket" if wanted else "no new ticket", _stands(found))
    if "held" in expected:
        wanted_reason = str(expected["held"]).lower()
        if (wanted_reason in ("no", "false") and found.held) or (
            wanted_reason not in ("no", "false", "yes", found.held)
        ):
            reader.wrong(("held",), f"held {expected['held']}", found.held or "not held")
        elif wanted_reason == "yes" and not found.held:
            reader.wrong(("held",), "held", "not held")
    for name, read in _FIELDS.items():
        if name in expected:
            _field(reader, name, expected[name], read(found))
    labels = sorted(found.ticket.labels) if found.ticket else []
    if "labels" in expected and sorted(reader.words(expected["labels"], ("labels",))) != labels:
        reader.wrong(
            ("labels",),
            f"labels {_listed(reader.words(expected['labels'], ('labels',)))}",
            _listed(labels),
        )
    _rules(reader, expected, fired(found.outcome))
    if "mails" in expected:
        _mails(reader, expected["mails"], found.mails)


def _field(reader: Reader, name: str, wanted: object, have: str) -> None:
    word = "" if wanted is None or str(wanted).lower() in _NONE else str(wanted)
    nothing = "nobody" if name == "assignee" else "none"
    if name == "assignee" and word.lower() == _ANYBODY and have:
        return
    if word.lower() != have.lower():
        reader.wrong((name,), f"{name} {word or nothing}", have or nothing)


def _rules(reader: Reader, expected: Mapping[str, Any], names: list[str]) -> None:
    for index, word in enumerate(reader.words(expected.get("rules"), ("rules",))):
        if word not in names:
            reader.wrong(
                _item(expected, "rules", index), f'the rule "{word}" to match', _listed(names)
            )
    for index, word in enumerate(reader.words(expected.get("not_rules"), ("not_rules",))):
        if word in names:
            reader.wrong(
                _item(expected, "not_rules", index), f'the rule "{word}" not to match', "it does"
            )


def _item(expected: Mapping[str, Any], key: str, index: int) -> Steps:
    return (key, index) if isinstance(expected[key], (list, tuple)) else (key,)


def _mails(reader: Reader, value: object, mails: Iterable[Mail]) -> None:
    """Each one listed must be among those that go out, which are used up; an empty list, or `none`,
    means none at all."""
    left = list(mails)
    if value in ([], None) or str(value).lower() in ("none", "no"):
        if left:
            reader.wrong(("mails",), "no mail", "; ".join(map(_told, left)))
        return
    if not isinstance(value, (list, tuple)):
        reader.wrong(
            ("mails",), "a list of mails: to, template, subject contains, text contains", value
        )
        return
    for index, item in enumerate(value):
        wanted = reader.mapping(
            item, ("mails", index), "a mail: to, template, subject contains, text contains"
        )
        reader.keys(wanted, ("mails", index), _MAIL)
        match = next((mail for mail in left if _is(mail, wanted)), None)
        if match is not None:
            left.remove(match)
        elif wanted:
            words = ", ".join(f"{key} {word}" for key, word in wanted.items())
            reader.wrong(
                ("mails", index), f"a mail ({words})", "; ".join(map(_told, left)) or "none"
            )


def _is(mail: Mail, wanted: Mapping[str, Any]) -> bool:
    checks: Mapping[str, Callable[[str], bool]] = {
        "to": lambda word: mail.to.lower() == word,
        "template": lambda word: mail.template.lower() == word,
        "subject contains": lambda word: word in mail.subject.lower(),
        "text contains": lambda word: word in " ".join(mail.text.lower().split()),
    }
    return all(check(str(wanted[key]).lower()) for key, check in checks.items() if key in wanted)


def _told(mail: Mail) -> str:
    return f"{mail.template} to {mail.to}"


def _stands(found: Foreseen) -> str:
    if found.is_new:
        return "a new ticket"
    return found.ticket.reference if found.ticket else found.held or found.why


def _listed(words: Iterable[str]) -> str:
    return ", ".join(words) or "none"

"""What stands after `then:`, in rules.yaml and in the escalation of sla.yaml, read into actions.

One line does one thing: `priority: urgent`, `label: [+vip, -new]`, `notify:
supervisors`, `stop`. What modifies a line stands beside it: `template`, `text`, `once`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from maildesk.config.mistakes import listed
from maildesk.config.rules.meant import ACTIONS
from maildesk.config.yaml_reader import Known, Path, Reader
from maildesk.desk.mails.recipients import TARGETS
from maildesk.desk.mails.registry import MAILS, mail_of
from maildesk.desk.rules.assign import FROM_TICKET, WAYS
from maildesk.desk.rules.ruleset import Action, Assignment

BESIDE: Mapping[str, tuple[str, ...]] = {  # what may stand beside an action
    "notify": ("template", "text"),
    "send": ("once", "text", "calendar"),
}
_ASSIGN_KEYS = ("agent", "team", "skills", "by", "in_hours", "reassign")
_NOBODY = ("nobody", "none", "no one")
Read = Callable[[Reader, Any, Path, Known, Mapping[str, Any]], list[Action]]


def read_actions(reader: Reader, value: object, path: Path, known: Known) -> tuple[Action, ...]:
    """The actions in the order of the file."""
    lines = value if isinstance(value, (list, tuple)) else [value]
    if value is None or not lines:
        reader.wrong(path, "at least one action, such as priority: high", value)
        return ()
    found: list[Action] = []
    for index, line in enumerate(lines):
        at = (*path, index) if isinstance(value, (list, tuple)) else path
        found += _line(reader, line, at, known)
    return tuple(found)


def action_words() -> tuple[str, ...]:
    """Every word an action can begin with."""
    return (*_WORDS, "stop")


def _line(reader: Reader, line: object, path: Path, known: Known) -> list[Action]:
    if isinstance(line, str) and line in ("stop", "unassign"):
        return [Action(line)]
    if not isinstance(line, Mapping):
        expected, word = "an action such as priority: high, or stop", str(line)
        meant = ACTIONS.get(word.lower(), f"{word}: …" if word in _WORDS else "")
        reader.wrong(path, expected, line, ("stop", "unassign"), meant=meant)
        return []
    actions = [str(key) for key in line if str(key) in _WORDS or str(key).startswith("fields.")]
    beside = {name for action in actions for name in BESIDE.get(action, ())}
    found: list[Action] = []
    for key, value in line.items():
        key, at = str(key), (*path, str(key))
        if key in beside and key not in actions:
            continue
        if key.startswith("fields."):
            found += _fields(reader, {key[7:]: value}, path, known, {})
        elif key in _WORDS:
            found += _WORDS[key](reader, value, at, known, line)
        else:
            expected, meant = (
                f"an action: {', '.join(action_words())}",
                ACTIONS.get(key.lower(), ""),
            )
            reader.wrong(at, expected, key, action_words(), key=True, meant=meant)
    return found


def named(
    reader: Reader, value: object, path: Path, choices: tuple[str, ...] | None, what: str
) -> str:
    """One of the known names, as the other file writes it; anything where the
    names are not known."""
    if value is None or isinstance(value, (Mapping, list)):
        reader.wrong(path, what, value)
        return ""
    word = str(value)
    if choices is None:
        return word
    found = {choice.lower(): choice for choice in choices}.get(word.lower())
    if found is None:
        reader.wrong(path, f"{what} ({listed(choices) or 'there is none'})", word, choices)
    return found or ""


def _field(name: str, known_as: str, what: str) -> Read:
    def read(
        reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
    ) -> list[Action]:
        word = named(reader, value, path, getattr(known, known_as) if known_as else None, what)
        return [Action("set", name=name, value=word)] if word else []

    return read


def _priority(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    word = named(reader, known.priority(value), path, known.priorities, "a priority")
    return [Action("set", name="priority", value=word)] if word else []


def _status(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    word = str(value)
    if known.statuses is not None and word not in known.statuses and word in known.behaviours:
        word = known.behaviours[word]  # `status: closed` on a desk that calls it "done"
    else:
        word = named(reader, value, path, known.statuses, "a status")
    return [Action("status", value=word)] if word else []


def _fields(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    found = []
    for name, item in reader.mapping(value, path, "custom fields with their values").items():
        if named(reader, name, (*path, name), known.fields, "a custom field"):
            found.append(Action("set", name=f"fields.{name}", value=str(item)))
    return found


def _labels(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    found = []
    for index, word in enumerate(reader.words(value, path)):
        on = not word.startswith("-")
        at = (*path, index) if isinstance(value, list) else path
        name = named(reader, word.lstrip("+-"), at, known.labels if on else None, "a label")
        if name:
            found.append(Action("label" if on else "unlabel", name=name))
    return found


def _assign(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    if isinstance(value, Mapping):
        return _assign_by(reader, reader.mapping(value, path, "an assignment"), path, known)
    word = str(value)
    if value is None or word.lower() in _NOBODY:
        return [Action("unassign")]
    if word in WAYS:
        return [Action("assign", assignment=Assignment(by=word))]
    if known.teams is not None and word.lower() in {team.lower() for team in known.teams}:
        return [
            Action(
                "assign",
                assignment=Assignment(team=named(reader, word, path, known.teams, "a team")),
            )
        ]
    more = (*(known.teams or ()), *WAYS, "nobody")
    agent = _agent(reader, word, path, known, "an agent, a team, nobody, or a way to choose", more)
    return [Action("assign", assignment=Assignment(agent=agent))] if agent else []


def _agent(
    reader: Reader,
    value: object,
    path: Path,
    known: Known,
    what: str,
    more: tuple[str, ...] = (),
) -> str:
    """The address of the agent who is called so; `more` are words that may stand there, too."""
    if known.agents is None:
        return named(reader, value, path, None, what)
    those = known.agents_called(value)
    if len(those) == 1:
        return those[0]
    if len(those) > 1:
        reader.wrong(path, f"one agent: {' or '.join(those)}", value)
        return ""
    choices = (*known.agents, *more)
    if (
        value is None
        or isinstance(value, (Mapping, list))
        or str(value).lower() in map(str.lower, choices)
    ):
        return named(reader, value, path, choices, what)
    people = (*(agent.name for agent in known.staff), *more) if known.staff else choices
    firsts = (agent.name.partition(" ")[0].lower() for agent in known.staff)
    reader.wrong(path, f"{what} ({listed(people)})", value, (*choices, *firsts))
    return ""


def _assign_by(reader: Reader, value: Mapping[str, Any], path: Path, known: Known) -> list[Action]:
    reader.keys(value, path, _ASSIGN_KEYS)
    wanted: dict[str, Any] = {}
    if "agent" in value:
        wanted["agent"] = _agent(reader, value["agent"], (*path, "agent"), known, "an agent")
    if "team" in value:
        wanted["team"] = named(reader, value["team"], (*path, "team"), known.teams, "a team")
    if "skills" in value:
        wanted["skills"] = _skills(reader, value["skills"], (*path, "skills"), known)
    if "by" in value:
        wanted["by"] = (
            reader.choice(value["by"], (*path, "by"), WAYS, f"one of {', '.join(WAYS)}") or WAYS[0]
        )
    if "in_hours" in value:
        wanted["in_hours"] = named(
            reader,
            value["in_hours"],
            (*path, "in_hours"),
            known.calendars,
            "a calendar of sla.yaml",
        )
    if "reassign" in value:
        wanted["reassign"] = reader.flag(value["reassign"], (*path, "reassign"))
    return [Action("assign", assignment=Assignment(**wanted))]


def _skills(reader: Reader, value: Any, path: Path, known: Known) -> tuple[str, ...]:
    words = reader.words(value, path, "a skill or a list of skills")
    if words == (FROM_TICKET,):
        return words
    return tuple(
        named(reader, word, path, known.skills, "a skill that some agent has") for word in words
    )


def _escalate(
    _reader: Reader, value: Any, _path: Path, _known: Known, _: Mapping[str, Any]
) -> list[Action]:
    return [Action("escalate", value="" if value is None or value is True else str(value))]


def _follow(
    reader: Reader, value: Any, path: Path, known: Known, _: Mapping[str, Any]
) -> list[Action]:
    words = reader.words(value, path, "an agent or a list of agents")
    found = (_agent(reader, word, path, known, "an agent") for word in words)
    to = tuple(agent for agent in found if agent)
    return [Action("follow", to=to)] if to else []


def _notify(
    reader: Reader, value: Any, path: Path, known: Known, line: Mapping[str, Any]
) -> list[Action]:
    to = tuple(_told(reader, word, path, known) for word in reader.words(value, path))
    template = ""
    if line.get("template") is not None:
        template = named(
            reader, line["template"], (*path[:-1], "template"), known.templates, "a template"
        )
        if template in MAILS and not MAILS[template].is_to_agents:
            reader.wrong(
                (*path[:-1], "template"), "a mail to agents (send: writes to customers)", template
            )
    return [Action("notify", name=template, to=to, text=str(line.get("text") or ""))] if to else []


def _told(reader: Reader, word: str, path: Path, known: Known) -> str:
    """Whom this word means: a target or a team by its name, an agent by the address."""
    what = "whom to notify: assignee, agents, supervisors, admins, a team or an agent"
    if known.agents is None or known.teams is None:
        return named(reader, word, path, None, what)
    groups = (*TARGETS, *known.teams)
    if word.lower() in map(str.lower, groups):
        return named(reader, word, path, groups, what)
    return _agent(reader, word, path, known, what, groups)


def _acknowledge(
    reader: Reader, value: Any, path: Path, _known: Known, _: Mapping[str, Any]
) -> list[Action]:
    if value is False or str(value).lower() in ("no", "false", "off"):
        return [Action("acknowledge", value="no")]
    reader.wrong(
        path, "no (who shall hear at once is said in desk.yaml; this rule says who not)", value
    )
    return []


def _send(
    reader: Reader, value: Any, path: Path, known: Known, line: Mapping[str, Any]
) -> list[Action]:
    name = named(reader, value, path, known.templates, "a template")
    if name and mail_of(name).is_to_agents:
        reader.wrong(path, "a mail to customers (notify: tells agents)", name)
    once = reader.flag(line["once"], (*path[:-1], "once")) if "once" in line else False
    calendar = ""
    if "calendar" in line:
        calendar = named(
            reader,
            line["calendar"],
            (*path[:-1], "calendar"),
            known.calendars,
            "a calendar of sla.yaml",
        )
    return (
        [Action("send", name=name, value=calendar, text=str(line.get("text") or ""), once=once)]
        if name
        else []
    )


def _text(word: str, template: str = "") -> Read:
    def read(
        reader: Reader, value: Any, path: Path, _known: Known, _line: Mapping[str, Any]
    ) -> list[Action]:
        if not isinstance(value, (str, int, float)) or not str(value).strip():
            reader.wrong(path, "a text", value)
            return []
        return [Action(word, name=template, text=str(value))]

    return read


_WORDS: Mapping[str, Read] = {
    "priority": _priority,
    "type": _field("type", "types", "a type"),
    "category": _field("category", "categories", "a category"),
    "queue": _field("queue", "queues", "a queue"),
    "language": _field("language", "languages", "one of the desk's languages"),
    "subject": _field("subject", "", "a subject"),
    "resolution": _field("resolution", "", "a text"),
    "status": _status,
    "fields": _fields,
    "label": _labels,
    "labels": _labels,
    "assign": _assign,
    "escalate": _escalate,
    "follow": _follow,
    "notify": _notify,
    "send": _send,
    "reply": _text("reply", "reply"),
    "note": _text("note"),
    "acknowledge": _acknowledge,
}

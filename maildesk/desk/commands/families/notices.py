"""Commands about what one is told oneself, and when: bundle, remind, quiet_hours, notify.

What is chosen so lies over the files (`notices.choices`), until `default` takes it back. Each says
how it is now, how it was before, and which line puts that back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta
from typing import Any

from maildesk.desk.answers import Done, ShownNotices
from maildesk.desk.commands import values
from maildesk.desk.commands.families.digest import at_minute, switched
from maildesk.desk.commands.spec import About, Answer, Command, Read, Request, Setting, Spec
from maildesk.desk.effects import AnswerAgent, Effect
from maildesk.desk.mails.wording import Language
from maildesk.desk.notices import choices as ch
from maildesk.desk.notices import how
from maildesk.desk.notices.notice_effects import Choose
from maildesk.desk.notices.typed_hours import read_hours
from maildesk.desk.notices.wanted import Notices
from maildesk.desk.policy import Agent, Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason
from maildesk.desk.sla.worked import read_worked

SHOW, DEFAULT = "", "by_default"  # beside `on`, `off` and a value as it is kept
_SWITCHES: Mapping[str, str] = {ch.ON: "switched_on", ch.OFF: "switched_off", DEFAULT: DEFAULT}
_ALSO: Mapping[str, str] = {"yes": ch.ON, "no": ch.OFF, "none": ch.OFF, "never": ch.OFF}
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(days=1)  # of a bundle
_LONGEST_WAIT = timedelta(hours=1000)
# `on`, where no file says how long
_USUAL = {ch.BUNDLE: timedelta(minutes=10), ch.REMIND: timedelta(hours=4)}
_DASH = re.compile(r"[\u2010-\u2015\u2212]")
_NAMES = {ch.BUNDLE: "bundle", ch.REMIND: "remind", ch.QUIET: "quiet_hours", ch.DIGEST: "digest"}
_EXAMPLES = {ch.BUNDLE: "10m", ch.REMIND: "4h", ch.QUIET: "20:00-7:00", ch.DIGEST: "8:00"}
NOTIFY = "notify"
Heard = tuple[tuple[str, str], ...]  # events, each with what is wanted of it


def taken_back(effect: Choose) -> Command:
    """The command that puts back what this has changed."""
    word = _written(effect.name, effect.before)
    if effect.name.startswith(ch.HEARS):
        return Command(NOTIFY, f"{effect.name.removeprefix(ch.HEARS)} {word}")
    return Command(_NAMES[effect.name], word)


def lines_of(chosen: Mapping[str, str]) -> list[str]:
    """These choices as commands, without their sign."""
    names = {**dict.fromkeys(_NAMES), **dict.fromkeys(chosen)}
    effects = (Choose(agent="", name=n, value=None, before=chosen[n]) for n in names if n in chosen)
    commands = map(taken_back, effects)
    return [f"{COMMAND_WORDS[one.name]} {one.value}" for one in commands]


def _written(name: str, word: str | None, language: Language | None = None) -> str:
    """A choice as it may be written again; in English, where no language is named."""
    found = DEFAULT if word is None else word
    if found in _SWITCHES:
        english = "default" if found == DEFAULT else found
        return language.word(_SWITCHES[found]) if language else english
    wants = ch.laid_over(Notices(), frozenset(), {name: found})
    return how.typed(getattr(wants, name) or found)


def _switch(written: str, policy: Policy) -> str | None:
    """Which of on, off and default is written there; "" where nothing is."""
    word = values.folded(written.strip(" .!"))
    if not word:
        return SHOW
    for switch, name in _SWITCHES.items():
        if word in map(values.folded, policy.wording.called(name)):
            return switch
    return _ALSO.get(word)


def _read(parse: Callable[[str, Policy], str], problem: str) -> Read:
    """A switch, or what this makes of the value."""

    def read(command: Command, policy: Policy) -> str | Problem:
        found = _switch(command.value, policy)
        if found is not None:
            return found
        try:
            return parse(command.value, policy)
        except ValueError:
            return Problem(problem, {"word": command.value.strip(), "command": command.word})

    return read


def _bundle(written: str, policy: Policy) -> str:
    return ch.of_length(_within(read_worked(written, policy.wording.units), _LONGEST))


def _remind(written: str, policy: Policy) -> str:
    return ch.of_length(_within(read_worked(written, policy.wording.units), _LONGEST_WAIT))


def _within(length: timedelta, longest: timedelta) -> timedelta:
    if not _SHORTEST <= length <= longest:
        raise ValueError(length)
    return length


def _quiet(written: str, policy: Policy) -> str:
    words = {**dict.fromkeys(policy.wording.fillers, "until"), **policy.wording.moments}
    return ch.of_quiet(read_hours(written, words))


def _chooses(name: str) -> Callable[[str, Request], Answer]:
    """The handler of the command about this."""

    def handler(value: str, request: Request) -> Answer:
        agent = request.policy.agent(request.by.agent)
        if agent is None:
            return Problem("for_agents_only", {"command": _NAMES[name]})
        word = _switched_on(name, agent, request) if value == ch.ON else value
        return word if isinstance(word, Problem) else _choose(name, word, agent, request)

    return handler


def restored(name: str, word: str | None, agent: Agent, request: Request) -> Answer:
    """It is so again as it was chosen before; None: as the files say."""
    if name == ch.DIGEST:
        of_files = agent.notices.digest
        minute = of_files if word is None else None if word == ch.OFF else int(word)
        return switched(False, request) if minute is None else at_minute(minute, request)
    if name.startswith(ch.HEARS):
        return _heard({name.removeprefix(ch.HEARS): word or DEFAULT}, agent, request)
    return _choose(name, word or DEFAULT, agent, request)


def word_of(name: str, agent: Agent, policy: Policy) -> str:
    """How this agent's language writes the command about this, without its sign."""
    language = policy.wording.of(agent.language)
    if name.startswith(ch.HEARS):
        event = language.word(f"event_{name.removeprefix(ch.HEARS)}")
        return f"{_spelt(NOTIFY, language)} {event}"
    own = language.commands.get(name)
    return own.words[0] if own and own.words else _spelt(name, language)


def _switched_on(name: str, agent: Agent, request: Request) -> str | Problem:
    """As the files have it, or as it mostly is."""
    found = getattr(agent.notices, name) or _USUAL.get(name)
    if found is None:
        word = _spelt(name, request.policy.wording.of(agent.language))
        return Problem("quiet_hours_which", {"command": word})
    return ch.of_length(found) if isinstance(found, timedelta) else ch.of_quiet(found)


def _choose(name: str, word: str, agent: Agent, request: Request) -> Answer:
    """It is so from now on, and they are told; nothing is changed where it is only shown."""
    policy = request.policy
    language, chosen = policy.wording.of(agent.language), policy.chosen_by(agent)
    before, had = policy.notices_of(agent), chosen.get(name)
    wanted = had if word == SHOW else None if word == DEFAULT else word
    after = ch.laid_over(agent.notices, agent.notify, _with(chosen, {name: wanted}))
    is_now, was = (how.stands(name, one, language) for one in (after, before))
    said = [is_now]
    if name == ch.QUIET and after.quiet is not None:
        said += how.breaks_through(after, language)
    effects: list[Effect] = []
    if word == SHOW or (was == is_now and wanted == had):
        said.append(Reason("as_files_say" if wanted is None else "chosen_by_mail"))
    else:
        said.append(Reason("so_before") if was == is_now else Reason("was_before", {"was": was}))
        line = f"#{_spelt(name, language)} {_written(name, had, language)}"
        said.append(Reason("line_back", {"line": line}))
        effects.append(Choose(agent=agent.address, name=name, value=wanted, before=had))
    return [*effects, _told(request, said)]


def _with(chosen: Mapping[str, str], more: Mapping[str, str | None]) -> dict[str, str]:
    found = {**chosen, **more}
    return {name: word for name, word in found.items() if word is not None}


def _spelt(name: str, language: Language) -> str:
    """How the language writes the command about this."""
    own = language.commands.get(_NAMES.get(name, name))
    named = _NAMES.get(name, name)
    return own.words[0] if own and own.words else COMMAND_WORDS.get(named, named)


def _told(request: Request, said: Iterable[Reason]) -> AnswerAgent:
    """What is said, and which lines of it take it back."""
    found = tuple(said)
    back = tuple(str(one.values["line"]) for one in found if one.code == "line_back")
    return AnswerAgent(agent=request.by.address, told=(Done(request.line, found, back),))


def _read_events(command: Command, policy: Policy) -> Heard | Problem:
    """`status off`, `note, mention on`, `+note -status`, `all`, `default`; with nothing behind it:
    none."""
    words = [one for one in re.split(r"[\s,;]+", _DASH.sub("-", command.value)) if one.strip(".!")]
    wanted = _switch(words[-1], policy) if words else None
    words = words[:-1] if wanted else words
    if not words:
        every = {DEFAULT: DEFAULT, ch.ON: ch.ON}.get(wanted or "")
        return _all_off(command) if wanted == ch.OFF else _every(every) if every else ()
    found: dict[str, str] = {}
    for word in words:
        bare, sign = word.lstrip("+-"), {"+": ch.ON, "-": ch.OFF}.get(word[:1])
        named = _events(bare, policy)
        if isinstance(named, Problem):
            return named
        if named == how.PLAIN and (sign or wanted) == ch.OFF:
            return _all_off(command)
        found |= dict.fromkeys(named, sign or wanted or ch.ON)
    return tuple(found.items())


def _every(word: str) -> Heard:
    return tuple((event, word) for event in how.PLAIN)


def _all_off(command: Command) -> Problem:
    return Problem("notify_all_off", {"command": command.word})


def _events(written: str, policy: Policy) -> tuple[str, ...] | Problem:
    if values.folded(written) in map(values.folded, policy.wording.called("all")):
        return how.PLAIN
    known = [f"event_{event}" for event in (*how.PLAIN, *how.APART)]
    name = values.named(written, known, policy)
    if name is None:
        return values.unknown("event", written, known, policy)
    return (name.removeprefix("event_"),)


def _notify(value: Heard, request: Request) -> Answer:
    agent = request.policy.agent(request.by.agent)
    if agent is None:
        return Problem("for_agents_only", {"command": NOTIFY})
    if not value:
        lines = tuple(_lines(agent, request.policy))
        return [AnswerAgent(agent=request.by.address, told=(ShownNotices(request.line, lines),))]
    found: list[Effect] = []
    for event, word in value:
        if event not in how.APART:
            continue
        answer = (
            switched(word == ch.ON, request)
            if event == ch.DIGEST
            else _chooses(ch.REMIND)(word, request)
        )
        if isinstance(answer, Problem):
            return answer
        found += answer
    plain = {event: word for event, word in value if event not in how.APART}
    found += _heard(plain, agent, request) if plain else []
    said = [why for one in found if isinstance(one, AnswerAgent) for why in _said(one)]
    return [*(one for one in found if not isinstance(one, AnswerAgent)), _told(request, said)]


def _said(answer: AnswerAgent) -> list[Any]:
    return [why for one in answer.told if isinstance(one, Done) for why in one.said]


def _heard(wanted: Mapping[str, str], agent: Agent, request: Request) -> list[Effect]:
    """They hear of these events so from now on, and are told."""
    policy = request.policy
    language, chosen = policy.wording.of(agent.language), policy.chosen_by(agent)
    words = {f"{ch.HEARS}{e}": None if w == DEFAULT else w for e, w in wanted.items()}
    before, after = policy.heard_by(agent), ch.heard(agent.notify, _with(chosen, words))
    said = [
        Reason(code, {"what": how.named(events, language)})
        for code, events in (("told_of", after & {*wanted}), ("not_told_of", {*wanted} - after))
        if events
    ]
    changed = {name: word for name, word in words.items() if chosen.get(name) != word}
    if (before ^ after) & {*wanted}:
        said.append(Reason("told_before", {"what": how.named(before - {*how.APART}, language)}))
    else:
        said.append(Reason("so_before"))
    for back in dict.fromkeys(chosen.get(name) for name in changed):
        events = (n.removeprefix(ch.HEARS) for n in changed if chosen.get(n) == back)
        names = how.named(events, language).replace(",", "")
        line = f"#{_spelt(NOTIFY, language)} {names} {_written('', back, language)}"
        said.append(Reason("line_back", {"line": line}))
    effects: list[Effect] = [
        Choose(agent=agent.address, name=name, value=word, before=chosen.get(name))
        for name, word in changed.items()
    ]
    return [*effects, _told(request, said)]


def _lines(agent: Agent, policy: Policy) -> Iterable[tuple[str, str, str]]:
    """Each thing that can be chosen: the line that changes it, and how it is."""
    language = policy.wording.of(agent.language)
    wants, heard = policy.notices_of(agent), policy.heard_by(agent)
    on, off = (language.word(_SWITCHES[one]) for one in (ch.ON, ch.OFF))
    for event in how.PLAIN:
        what = language.sentence(f"hears_{event}")
        is_on = event in heard
        does = language.sentence("heard_on" if is_on else "heard_off", what=what)
        name = language.word(f"event_{event}")
        yield _spelt(NOTIFY, language), f"{name} {off if is_on else on}", does
    for one in (ch.BUNDLE, ch.REMIND, ch.QUIET, ch.DIGEST):
        argument = off if getattr(wants, one) else _EXAMPLES[one]
        yield _spelt(one, language), argument, language.because(how.stands(one, wants, language))


def _sets(name: str) -> Callable[[str, Request], Iterable[Setting]]:
    return lambda value, _request: ((name, value),) if value != SHOW else ()


def _sets_events(value: Heard, _request: Request) -> Iterable[Setting]:
    return tuple((f"{ch.HEARS}{event}", word) for event, word in value)


def _spec(
    name: str, words: tuple[str, ...], argument: str, does: str, reads: Read, of: str = ""
) -> Spec:
    return Spec(
        name=name,
        words=words,
        argument=argument,
        does=does,
        needs=None,
        for_agents=True,
        reads=reads,
        handler=_chooses(of) if of else _notify,
        sets=_sets(of) if of else _sets_events,
        about=About.NO_TICKET,
        tells_itself=True,
    )


SPECS = (
    _spec(
        "bundle",
        ("bundle",),
        "10m",
        "of one ticket you get one mail in so long; off, or nothing behind it: how it is now",
        _read(_bundle, "no_bundle"),
        ch.BUNDLE,
    ),
    _spec(
        "remind",
        ("remind", "reminder", "reminders"),
        "4h",
        "a ticket of yours that has needed your response for so long reminds you; off",
        _read(_remind, "no_reminder"),
        ch.REMIND,
    ),
    _spec(
        "quiet_hours",
        ("quiet-hours", "quiet_hours", "quiethours"),
        "20:00-7:00",
        "in these hours nothing is sent to you, it comes afterwards; off",
        _read(_quiet, "no_quiet_hours"),
        ch.QUIET,
    ),
    _spec(
        NOTIFY,
        (NOTIFY, "notifications"),
        "status off",
        "what you are told of; alone it shows all of that, and when; default: as the desk has it",
        _read_events,
    ),
)
COMMAND_WORDS = {"digest": "digest", **{spec.name: spec.words[0] for spec in SPECS}}

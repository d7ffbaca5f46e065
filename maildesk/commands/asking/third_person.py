"""What an agent tells the desk of themselves, told to whoever does it for them at the command line:
by their name, and with command lines where a mail has commands.

The command line speaks English, so these sentences stand here and not beside the templates. They
take the place of those of the same code; a test asks for each that says `you`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from maildesk.desk.mails.wording import Language
    from maildesk.desk.policy import Agent, Policy
    from maildesk.desk.reason import Why

_REASONS = {
    "away_until": "{agent} is away until {{until:moment}}.",
    "away_from": "{agent} is away from {{since:moment}} until {{until:moment}}.",
    "nobody_stands_in": "Nobody else who works the queues of {agent} is here then; what comes "
    "still reaches all of them.",
    "digest_on": "The digest of {agent} comes from now on; the next one on {{at:moment}}. "
    "maildesk agents digest {key} off ends it.",
    "digest_off": "{agent} gets no digest any more. maildesk agents digest {key} on brings it "
    "back.",
    "digest_is": "The digest of {agent} comes at {{at}}.",
    "digest_none": "{agent} gets no digest.",
    "bundle_is": "Of one ticket {agent} gets one mail in {{length}}: the first at once, what "
    "follows together.",
    "bundle_none": "Each notice to {agent} is a mail of its own.",
    "remind_is": "A ticket that has needed a response of {agent} for {{length}} of their working "
    "time reminds them, once.",
    "remind_none": "Tickets that need a response of {agent} do not remind them.",
    "quiet_is": "From {{begins}} to {{ends}} nothing is sent to {agent}; it comes afterwards, in "
    "one mail.",
    "quiet_none": "{agent} has no quiet hours.",
    "told_of": "{agent} is told of: {{what}}.",
    "not_told_of": "{agent} is not told of: {{what}}.",
    "told_before": "Before, {agent} was told of: {{what}}.",
    "chosen_by_mail": "It was chosen by a command: by {agent} in a mail, or at the command line.",
    "back_again": "{agent} is here again.",
    "away_called_off": "The absences that were announced for {agent} are called off.",
    "away_in_file": "But agents.yaml says that {agent} is away until {{until:moment}}.",
}
_PROBLEMS = {
    "not_away": "{agent} is not away",
    "away_by_file": "agents.yaml says that {agent} is away: change it there",
    "no_digest_time": '"{{word}}" is no time for a digest: 8:00, on or off',
    "no_bundle": '"{{word}}" is no time in which notices are gathered: from a minute to a day, '
    "such as maildesk agents bundle {key} 10m, or off",
    "no_reminder": '"{{word}}" is no length of working time, up to 1000 hours: such as maildesk '
    "agents remind {key} 4h, or off",
    "no_quiet_hours": '"{{word}}" are no quiet hours: such as maildesk agents quiet-hours {key} '
    "20:00-7:00, or off",
    "quiet_hours_which": "the files of the desk name no quiet hours: say which, such as maildesk "
    "agents quiet-hours {key} 20:00-7:00",
    "no_event": 'there is nothing called "{{word}}" that {agent} could be told of',
    "notify_all_off": "say what {agent} is not to hear of, such as maildesk agents notify {key} "
    "status priority off; while they are away, maildesk agents away {key} until friday",
    "needs_moment": "say until when, such as maildesk agents away {key} until friday",
}
_SENTENCES = {
    "hears_created": "a new ticket of their queues that nobody has, or one that was moved there "
    "or given back",
    "hears_assigned": "a ticket was given to them, taken from them, or moved while it is theirs",
    "hears_answered": "a colleague answered in their ticket",
    "hears_mention": "a colleague mentioned them, or had them follow a ticket",
    "hears_status": "a colleague gave their ticket another status",
    "hears_priority": "a colleague gave their ticket another priority",
}


def of(agent: Agent, english: Language, policy: Policy) -> Language:
    """English as it speaks of this agent to somebody else."""
    values = {"agent": _as_it_is(agent.name), "key": _as_it_is(key_of(agent, policy))}

    def over(own: Mapping[str, str], theirs: Mapping[str, str]) -> dict[str, str]:
        return {**own, **{code: said.format(**values) for code, said in theirs.items()}}

    return replace(
        english,
        reasons=over(english.reasons, _REASONS),
        problems=over(english.problems, _PROBLEMS),
        sentences={**english.sentences, **_SENTENCES},
    )


def _as_it_is(value: str) -> str:
    """A value that stands in a sentence with fields of its own."""
    return value.replace("{", "{{").replace("}", "}}")


def key_of(agent: Agent, policy: Policy) -> str:
    """How the agent is called at the command line: by the beginning of their address, where that
    means nobody else."""
    from maildesk.desk.filters.lookup import agents_named

    short = agent.address.partition("@")[0]
    return short if agents_named(policy, short) == (agent,) else agent.address


def command_line(line: str, key: str) -> str:
    """What a command in a mail is at the command line: `#bundle 10m` of Ben."""
    word, _, value = line.lstrip("#").partition(" ")
    return f"maildesk agents {word} {key} {value}".rstrip()


def as_command_line(why: Why, key: str) -> Why:
    """The same, where it names the line that takes something back."""
    if isinstance(why, str) or why.code != "line_back":
        return why
    return replace(why, values={**why.values, "line": command_line(str(why.values["line"]), key)})

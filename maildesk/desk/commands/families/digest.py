"""The command about one's morning digest: at which time it comes, whether it does, or now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maildesk.desk.answers import Done
from maildesk.desk.commands.spec import About, Answer, Command, Request, Setting, Spec
from maildesk.desk.effects import AnswerAgent
from maildesk.desk.notices.digest import next_at
from maildesk.desk.notices.notice_effects import SendDigest, SetDigest
from maildesk.desk.notices.wanted import DEFAULT_DIGEST
from maildesk.desk.policy import Policy
from maildesk.desk.problem import Problem
from maildesk.desk.reason import Reason, moment
from maildesk.desk.sla.coming import NotUnderstood, read_coming

_ON, _OFF, _NOW = "switched_on", "switched_off", "right_now"  # words of `_words.yaml`


@dataclass(frozen=True, slots=True)
class Wish:
    """On, off, now, or a minute of the day."""

    word: str = ""
    minute: int | None = None


def _read(command: Command, policy: Policy) -> Wish | Problem:
    """`8:00` as people write it, `on`, `off`; with nothing behind it: now."""
    written = command.value.strip().lower().rstrip(".!")
    if not written:
        return Wish(_NOW)
    for word in (_ON, _OFF, _NOW):
        if written in policy.wording.called(word):
            return Wish(word)
    if written.isdigit() and int(written) < 24:
        return Wish(minute=int(written) * 60)
    try:
        coming = read_coming(written, policy.wording.moments, policy.wording.units)
    except NotUnderstood:
        return Problem("no_digest_time", {"word": command.value.strip()})
    other_days = (coming.weekday, coming.days, coming.length, coming.at)
    if coming.minute is None or coming.month or any(one is not None for one in other_days):
        return Problem("no_digest_time", {"word": command.value.strip()})
    return Wish(minute=coming.minute)


def _digest(wish: Wish, request: Request) -> Answer:
    policy = request.policy
    agent = policy.agent(request.by.agent)
    if agent is None:
        return Problem("for_agents_only", {"command": "digest"})
    if wish.word == _NOW:
        return [SendDigest(agent=agent.address, asked=True)]
    minute = wish.minute
    if wish.word == _ON:
        minute = agent.notices.digest if agent.notices.digest is not None else DEFAULT_DIGEST
    said = Reason("digest_off")
    following = next_at(minute, agent, policy, request.now)
    if following is not None:
        said = Reason("digest_on", {"at": moment(following, policy.zone_of(agent))})
    told = AnswerAgent(agent=request.by.address, told=(Done(request.line, (said,)),))
    return [SetDigest(agent=agent.address, minute=minute), told]


def switched(on: bool, request: Request) -> Answer:
    """It comes each morning, or no more."""
    return _digest(Wish(_ON if on else _OFF), request)


def at_minute(minute: int, request: Request) -> Answer:
    """It comes each morning at this minute of the day."""
    return _digest(Wish(minute=minute), request)


def _sets(wish: Wish, _request: Request) -> Iterable[Setting]:
    return (("digest", wish),)


SPECS = (
    Spec(
        name="digest",
        words=("digest",),
        argument="8:00",
        does="each morning at that time: what waits for you; on, off, or nothing behind it: now",
        needs=None,
        for_agents=True,
        reads=_read,
        handler=_digest,
        sets=_sets,
        about=About.NO_TICKET,
        tells_itself=True,
    ),
)

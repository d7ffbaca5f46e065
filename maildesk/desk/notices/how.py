"""How it is with what an agent is told, as values that each language says in words of its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from maildesk.desk.mails.mail import EVENTS
from maildesk.desk.mails.wording import Language
from maildesk.desk.notices.choices import BUNDLE, DIGEST, QUIET, REMIND
from maildesk.desk.notices.typed_hours import clock, hours
from maildesk.desk.notices.wanted import Notices, Quiet
from maildesk.desk.reason import Reason
from maildesk.desk.sla.periods import show_hours

_DAY = 24 * 60
# chosen by themselves, and not with the commands about events
APART = ("reminder", DIGEST)
PLAIN = tuple(event for event in EVENTS if event not in APART)


def stands(name: str, wants: Notices, language: Language) -> Reason:
    """How one of these things is."""
    if name == BUNDLE and wants.bundle:
        return Reason("bundle_is", {"length": language.period(wants.bundle)})
    if name == REMIND and wants.remind_after is not None:
        return Reason("remind_is", {"length": worked(wants.remind_after, language)})
    if name == QUIET and wants.quiet is not None:
        begins, ends = clock(wants.quiet.begins), clock(wants.quiet.ends or _DAY)
        return Reason("quiet_is", {"begins": begins, "ends": ends})
    if name == DIGEST and wants.digest is not None:
        return Reason("digest_is", {"at": clock(wants.digest)})
    return Reason(f"{_SHORT[name]}_none")


_SHORT = {BUNDLE: "bundle", REMIND: "remind", QUIET: "quiet", DIGEST: "digest"}


def worked(length: timedelta, language: Language) -> str:
    """So much working time, in words: 24 hours of an office are no day."""
    minutes = round(length.total_seconds() / 60)
    counts = zip(divmod(minutes, 60), language.units[1:], strict=True)
    return language.joint.join(f"{n} {language.plural(n, forms)}" for n, forms in counts if n)


def breaks_through(wants: Notices, language: Language) -> list[Reason]:
    """What comes in quiet hours, too; nothing where nothing does."""
    known: list[str] = [event for event in EVENTS if event in wants.breaks_through]
    known += sorted(wants.breaks_through - set(EVENTS))
    found = [
        language.word(f"event_{one}") if one in APART else language.sentence(f"hears_{one}")
        for one in known
    ]
    return [Reason("breaks_through", {"what": "; ".join(found)})] if found else []


def named(events: Iterable[str], language: Language) -> str:
    """These events as the language calls them, in their order."""
    wanted = set(events)
    return ", ".join(language.word(f"event_{one}") for one in EVENTS if one in wanted)


def typed(chosen: str | int | Quiet | timedelta) -> str:
    """A choice as it may be written again, in every language."""
    if isinstance(chosen, Quiet):
        return hours(chosen)
    if isinstance(chosen, int):  # a minute of the day
        return clock(chosen)
    return show_hours(chosen) if isinstance(chosen, timedelta) else chosen

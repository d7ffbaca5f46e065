"""Trying what a plan says before it is written: the mailbox, the relay, and whether answers come
back. Each trial says in words what it does."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from maildesk.egress.connection import NoLink, connect
from maildesk.ingress.imap.look import Look, look
from maildesk.pipeline.relays.advice import what_helps
from maildesk.setup.outcomes import Outcome
from maildesk.setup.plan import Measured, Plan, some_sub_address
from maildesk.setup.probe import Probed, probe
from maildesk.setup.servers import Server
from maildesk.setup.world import World

if TYPE_CHECKING:
    from maildesk.config.settings import Settings
    from maildesk.measuring.replies import Replies

Say = Callable[[str], None]
# what passes by itself, or with the network
_PASSES = frozenset((
    "unreachable", "silent", "throttled", "unavailable", "too_many_connections", "limit", "bye",
    "server", "rate", "quota",
))  # fmt: skip
_LOG_IN = frozenset((
    "log_in_refused", "log_in_elsewhere", "expired", "basic_auth_blocked", "log_in", "account",
))  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """What came of trying a server: `outcome` is "" where all is well, else the name of what is the
    matter, `words` say it, and `helps` what mends it."""

    outcome: str = ""
    words: str = ""
    helps: str = ""
    messages: int = 0

    @property
    def is_well(self) -> bool:
        """Whether it can be used as it is."""
        return not self.outcome

    @property
    def is_log_in(self) -> bool:
        """Whether the name or the password is the matter, and not the server."""
        return self.outcome in _LOG_IN

    @property
    def passes(self) -> bool:
        """Whether it may go well later."""
        return self.outcome in _PASSES


def try_mailbox(plan: Plan, world: World, say: Say) -> Trial:
    """Log in at the mailbox, and look what is there; nothing is changed."""
    say(f"Mailbox: {plan.imap}, as {plan.username}")
    if (found := _visited(plan.imap, world, plan)) is not None:
        return found
    (box,) = plan.settings().imap
    seen = look(box)
    if seen.outcome:
        return Trial(seen.outcome, seen.words)
    return _seen(seen, say)


def _seen(seen: Look, say: Say) -> Trial:
    say(f"  logged in within {seen.seconds:.2f} s")
    how = "tells of new mail at once (IDLE)" if seen.idle else "is asked for new mail (no IDLE)"
    say(f"  the server {how}")
    for one in seen.folders:
        if one.outcome:
            return Trial(one.outcome, f"{one.folder}: {one.words}")
        count = f"has {one.messages} messages" if one.messages > 1 else "has 1 message"
        say(f"  {one.folder} {count if one.messages else 'is empty'}")
    return Trial(messages=sum(one.messages for one in seen.folders))


def try_relay(plan: Plan, world: World, say: Say) -> Trial:
    """Log in at the relay; nothing is sent."""
    say(f"Relay: {plan.relay}, as {plan.relay_username}")
    if (found := _visited(plan.relay, world, plan)) is not None:
        return found
    relay = plan.settings().relay
    sizes: list[int | None] = []
    try:
        link = connect(relay, socket.gethostname(), relay.timeout.total_seconds(), sizes.append)
    except NoLink as no:
        about = no.outcome.about_us
        said = f"{no.outcome.code or ''} {no.outcome.enhanced} {no.outcome.text}".strip()
        return Trial(about or "server", said, what_helps(about, relay, plan.address))
    link.close()
    size = next((one for one in sizes if one), None)
    largest = f"; mails of up to {size / 1_000_000:.0f} MB are taken" if size else ""
    say(f"  logged in{largest}")
    return Trial()


def _visited(server: Server, world: World, plan: Plan) -> Trial | None:
    """What is the matter with the server before anybody logs in; None for nothing."""
    if plan.ca_file is not None:
        world = replace(world, ca_file=plan.ca_file)
    here = replace(world, nameservers=(), ports={})  # as the desk will reach it
    found = probe(server, here)
    return None if found.is_well else of_probe(found)


def of_probe(found: Probed) -> Trial:
    """Why this server cannot be used."""
    passes = found.outcome in (Outcome.UNREACHABLE, Outcome.SILENT)
    helps = ""
    if found.outcome is Outcome.CERTIFICATE:
        helps = (
            "the name that stands in the certificate as the server's; for a certificate of your "
        )
        helps += "own, --ca-file"
    return Trial("unreachable" if passes else found.outcome.value, str(found), helps)


def measure(
    settings: Settings,
    address: str,
    say: Say,
    *,
    wait: timedelta,
    desk: Path | None,
    plus: str = "+",
) -> Replies:
    """Two mails of the desk to itself, by the relay and back into the mailbox."""
    from maildesk.measuring.replies import measure_replies

    return asyncio.run(measure_replies(settings, address, wait=wait, say=say, desk=desk, plus=plus))


def learned(found: Replies, before: Measured, address: str) -> Measured:
    """What the files are to say after it; what could not be found out stays as it was."""
    why = dict(before.why)
    envelope, subs, server = before.envelope, before.sub_addresses, before.authserv_id
    if "envelope_refused" in found.outcomes:
        envelope = "plain"
        why["envelope"] = "measured: the log-in may send as itself alone"
    arrives = sub_address_arrives(found)
    if arrives is not None:
        subs = arrives
    if arrives is False:
        why["sub_addresses"] = f"measured: mail to {some_sub_address(address)} does not arrive"
    if found.authserv_ids:
        server = found.authserv_ids[0]
        why["authserv_id"] = "measured: the server whose Authentication-Results stand on top"
    return Measured(envelope, subs, server, why)


def sub_address_arrives(found: Replies) -> bool | None:
    """Whether mail to a sub-address arrives; None where that could not be found out: mail that was
    not let out, or was waited for in a mailbox that was lost, says nothing of it."""
    if found.sub_address is not None:
        return True
    if found.plain is None:
        return None
    return False if found.outcomes & _FAILS or found.outcomes <= _ASIDE else None


_FAILS = frozenset(("sub_address_refused", "sub_address_bounced"))
_ASIDE = frozenset((  # problems that keep no mail from arriving
    "envelope_refused", "spam_folder", "not_removed",
    "no_authserv_id", "authserv_id_of_another", "authserv_id_unclear",
))  # fmt: skip
_PLAINLY = {
    "envelope_refused": "the relay lets the log-in send as its own address alone",
    "sub_address_refused": "mail to a sub-address is refused",
    "sub_address_bounced": "mail to a sub-address came back",
    "plain_refused": "mail to the address itself is refused",
    "plain_bounced": "mail to the address itself came back",
}


def plainly(words: str) -> str:
    """What measuring says, without the name of an outcome, and without advice that is being
    followed already."""
    name, _, said = words.partition(": ")
    if name not in _PLAINLY:
        return words
    return f"{_PLAINLY[name]}: {said.partition('; what helps: ')[0]}"


def not_known(found: Replies, measured: Measured, address: str) -> str:
    """What has to be said of sub-addresses where nothing was found out; "" where it was."""
    if sub_address_arrives(found) is not None:
        return ""
    if found.plain is None:
        return "Neither came, so nothing is known of sub-addresses. " + _AGAIN
    stays = "yes" if measured.sub_addresses else "no"
    words = f"Whether mail to {some_sub_address(address)} arrives could not be measured; "
    return f"{words}sub_addresses stays {stays}. {_AGAIN}"


_AGAIN = "`maildesk send-test --replies` measures again."


def outcome_of(measured: Measured, address: str) -> tuple[str, str]:
    """What that means for the desk."""
    if measured.sub_addresses:
        answers = f"Answers come to addresses such as {some_sub_address(address)}"
    else:
        answers = f"Answers come to {address} itself, and are told apart by what they answer"
    if measured.envelope == "plain" and measured.sub_addresses:
        answers += f"; mail is sent as {address} itself"
    if measured.authserv_id:
        return answers, f"Whether a From is genuine says {measured.authserv_id}, your mail server"
    return answers, "No server says whether a From is genuine: agents' new mails are asked about"

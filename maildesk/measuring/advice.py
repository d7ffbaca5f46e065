"""What was measured, in words for the admin: what each result means, and which setting has to be
another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from maildesk.measuring.replies import Replies

_JUNK = frozenset(("\\junk", "\\spam"))
_BOUNCED = frozenset(("sub_address_bounced", "sub_address_refused"))


@dataclass(frozen=True, slots=True)
class Configured:
    """What the desk's files say now, of one desk address."""

    sub_addresses: bool
    authserv_id: str  # of `trust`; "" where there is none
    folders: tuple[str, ...] = ()  # that are read, of the mailboxes of settings.yaml


@dataclass(frozen=True, slots=True)
class Finding:
    """One sentence, and the line of a file that should be another, "" where all is as it should be.
    What could not be found out changes nothing."""

    words: str
    setting: str = ""
    is_known: bool = True
    file: str = "desk.yaml"


def findings(found: Replies, now: Configured, *, wait: float) -> list[Finding]:
    """What these results mean, compared with what is configured; `wait` is how many seconds were
    waited."""
    told = [*_of_envelope(found), _of_plain(found, wait), *_of_spam(found, now)]
    if found.plain is not None:
        told.append(_of_sub_address(found, now, wait))
    if found.plain is not None or found.sub_address is not None:
        told += _of_authserv(found, now)
        told.append(_of_message_id(found))
    return told


def _of_envelope(found: Replies) -> Iterator[Finding]:
    if "envelope_refused" in found.outcomes:
        words = "The relay takes nothing from a sub-address: it would refuse the desk's mail"
        yield Finding(f"{words}.", "envelope: plain, of the relay", file="settings.yaml")


def _of_spam(found: Replies, now: Configured) -> Iterator[Finding]:
    for name in found.spam_folders:
        words = f"Mail of the desk's own lands in the spam folder {name}: some customers' will"
        if name in now.folders or any(one.lower() in _JUNK for one in now.folders):
            yield Finding(f"{words}. It is read as well, as `folders` says.")
        else:
            setting = 'folders: [INBOX, "\\\\Junk"], of the mailbox'
            yield Finding(f"{words}.", setting, file="settings.yaml")


def _of_plain(found: Replies, wait: float) -> Finding:
    if found.plain is not None:
        return Finding(f"Mail to the address itself arrives, after {found.plain:.1f} s.")
    if "plain_bounced" in found.outcomes:
        return Finding("Mail to the address itself comes back: nobody can write to it.", "", False)
    if found.outcomes & {"no_mailbox", "no_relay"} or _is_unsent(found):
        return Finding("Nothing could be measured.", "", False)
    words = f"Mail to the address itself did not arrive within {wait:.0f} s"
    return Finding(f"{words}: nothing can be said of the rest.", "", False)


def _is_unsent(found: Replies) -> bool:
    beginnings = ("relay_", "limit_reached", "not_now", "plain_refused")
    return any(one.startswith(beginnings) for one in found.outcomes)


def _of_sub_address(found: Replies, now: Configured, wait: float) -> Finding:
    if found.sub_address is not None:
        words = f"Mail to a sub-address arrives, after {found.sub_address:.1f} s"
        if now.sub_addresses:
            return Finding(f"{words}, as `sub_addresses: yes` says.")
        return Finding(f"{words}; the desk could use them.", "sub_addresses: yes")
    if found.outcomes & _BOUNCED:
        words = "Mail to a sub-address comes back"
    elif _is_unsent(found):
        return Finding("Whether a sub-address arrives could not be measured.", "", False)
    else:
        words = f"Mail to a sub-address did not arrive within {wait:.0f} s"
    if not now.sub_addresses:
        return Finding(f"{words}, as `sub_addresses: no` says.")
    return Finding(f"{words}: no answer to the desk would.", "sub_addresses: no")


def _of_authserv(found: Replies, now: Configured) -> Iterator[Finding]:
    named, ids = now.authserv_id, found.authserv_ids
    if len(ids) > 1:
        yield Finding(f"Two servers write Authentication-Results: {', '.join(ids)}.", "", False)
    elif ids:
        (server,) = ids
        words = f"{server} writes Authentication-Results on what arrives"
        if server.lower() == named.lower():
            yield Finding(f"{words}, as `trust: authserv_id` says.")
        elif named:
            setting = f"trust: {{authserv_id: {server}}}"
            yield Finding(f"{words}; desk.yaml names {named}, which is not believed.", setting)
        else:
            setting = f"trust: {{authserv_id: {server}}}"
            yield Finding(f"{words}: the desk can tell a forged From by them.", setting)
    elif named:
        words = "Nobody whom the desk could believe writes Authentication-Results, yet desk.yaml "
        words += f"names {named}: agents' mail without a sub-address is held"
        yield Finding(f"{words}.", "trust: {check_dkim: yes}")
    else:
        yield Finding(
            "Nobody whom the desk could believe writes Authentication-Results; "
            "`trust: {check_dkim: yes}` looks at signatures itself."
        )


def _of_message_id(found: Replies) -> Finding:
    if found.message_id_kept:
        return Finding("Message-IDs arrive as they were written.")
    return Finding(
        "The relay writes Message-IDs of its own: the desk recognises them, and nothing has to be "
        "set."
    )

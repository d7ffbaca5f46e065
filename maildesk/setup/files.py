"""The desk folder, written as a plan says: what is there stays, with its comments; only the places
concerned are changed.

The drafts are made in memory and looked through by the same check as ever before one of them takes
its file's place; where something is wrong with them nothing has changed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maildesk.config.check import check
from maildesk.config.secret_file import SECRETS, secrets_in, write_secrets
from maildesk.config.writing.edit import Edited
from maildesk.disk import sync_folder
from maildesk.errors import BadPolicy, PermanentFailure
from maildesk.setup import texts
from maildesk.setup.plan import Plan, some_sub_address
from maildesk.setup.there import There

_FRESH = {"settings.yaml": texts.SETTINGS, "desk.yaml": texts.DESK, "agents.yaml": texts.AGENTS}
_EXAMPLES = "example"  # where what nobody wrote is put aside


@dataclass(frozen=True)
class Written:
    """What was done: files that are new, files that were changed, and where the example went."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    aside: Path | None = None


def drafts(plan: Plan, there: There) -> dict[str, str]:
    """The text of each file as it is to be; PermanentFailure where one cannot be changed without
    being written anew."""
    found: dict[str, str] = {}
    for name, change in (
        ("settings.yaml", _settings),
        ("desk.yaml", _desk),
        ("agents.yaml", _agents),
    ):
        path = there.folder / name
        is_there = path.exists() and not there.is_example
        text = path.read_text(encoding="utf-8-sig") if is_there else _FRESH[name]
        edited = Edited(text, name)
        change(edited, plan, there)
        found[name] = edited.text
    return found


def write(plan: Plan, there: There) -> Written:
    """Write the folder. BadPolicy with the mistakes, and all as it was, where the desk would not
    start with it."""
    folder, wanted = there.folder, drafts(plan, there)
    folder.mkdir(parents=True, exist_ok=True)
    with _undisturbed():
        aside = _put_aside(folder) if there.is_example else None
        before = {name: _bytes(folder / name) for name in (*wanted, SECRETS)}
        try:
            if secrets := plan.secrets():
                write_secrets(folder / SECRETS, {**secrets_in(folder), **secrets})
            for name, text in wanted.items():
                if before[name] != text.encode():
                    _replace(folder / name, text.encode())
            if mistakes := check(folder):
                raise BadPolicy(mistakes)
        except BaseException:
            for name, content in before.items():
                _put_back(folder / name, content)
            if aside is not None:
                _take_back(folder, aside)
            raise
        sync_folder(folder)
    new = tuple(name for name in before if before[name] is None and (folder / name).exists())
    changed = tuple(n for n, old in before.items() if old not in (None, _bytes(folder / n)))
    return Written(new, changed, aside)


def _settings(edited: Edited, plan: Plan, there: There) -> None:
    """The mailbox, the relay and the application."""
    if plan.application is not None:
        _application(edited, plan)
    comments = dict(texts.IN_MAILBOX)
    if plan.password is None or not plan.password.kept:
        comments.pop("password")
    if plan.start != "now":
        comments.pop("start")
    entry = plan.mailbox()
    at = _mailbox_at(edited, plan.address)
    if at is None:
        names = {one.get("name") for one in edited.get(("imap",)) or ()}
        while entry["name"] in names:
            entry["name"] += "-2"
        edited.add(("imap",), entry, comments)
    else:
        had = there.mailbox(plan.address)
        _change(edited, ("imap", at), entry, had.auth if had else "password")
    _relay(edited, plan, there)


def _application(edited: Edited, plan: Plan) -> None:
    assert plan.application is not None
    entry = plan.application.section()
    known = edited.get(("oauth",)) or ()
    names = [one.get("name", "default") for one in known]
    if plan.application.name in names:
        for key, value in entry.items():
            edited.set(("oauth", names.index(plan.application.name), key), value)
        return
    edited.add(("oauth",), entry, {"client_secret": "in secrets.yaml"})


def _relay(edited: Edited, plan: Plan, there: There) -> None:
    entry = plan.way_out()
    comments = dict(texts.IN_RELAY)
    if "envelope" in entry:
        comments["envelope"] = plan.measured.why.get("envelope", "the log-in sends as itself alone")
    if plan.relay_password is not None and plan.relay_password.kept:
        comments |= {"password": texts.IN_MAILBOX["password"]}
    at = _relay_at(edited, plan, there)
    if at == ("relay",) and not edited.get(("relay",)):
        edited.set(("relay",), entry, comments)
    elif at is not None:
        had = there.relay(plan.address)
        _change(edited, at, entry, had.auth if had else "password")
    else:
        if not edited.get(("relays",)):
            edited.into_list("relay", "relays", there.relays()[0].name)
        wanted = {"name": _free_name(edited, plan), "for": [plan.address], **entry}
        edited.add(("relays",), wanted, comments)


def _relay_at(edited: Edited, plan: Plan, there: There) -> tuple[str | int, ...] | None:
    """Where its relay stands, or is to stand; None where it needs one more beside the others."""
    wanted = plan.address.lower()
    for number, one in enumerate(edited.get(("relays",)) or ()):
        if wanted in (str(each).lower() for each in one.get("for") or ()):
            return ("relays", number)
    known = there.relays()
    if not known or known[0].is_maildir or there.policy is None:
        return ("relays", 0) if edited.get(("relays",)) else ("relay",)
    is_only = {one.key for one in there.policy.addresses} == {wanted}
    for number, relay in enumerate(known):
        same = (relay.host, relay.port, relay.username) == (
            plan.relay.host,
            plan.relay.port,
            plan.relay_username,
        )
        if same or (is_only and number == 0):
            return ("relays", number) if edited.get(("relays",)) else ("relay",)
    return None


def _free_name(edited: Edited, plan: Plan) -> str:
    """A name that no relay has."""
    names = {one.get("name") or one.get("host") for one in edited.get(("relays",)) or ()}
    name = plan.address.partition("@")[0]
    return name if name not in names else plan.address.replace("@", "-at-")


def _desk(edited: Edited, plan: Plan, there: There) -> None:
    """The desk's name, the address, and what was measured of it."""
    if there.policy is None or plan.desk_name != there.policy.desk_name:
        edited.set(("name",), plan.desk_name)
    if there.policy is None:
        languages = list(dict.fromkeys((plan.language, "en")))
        edited.set(("languages",), languages)
    if not edited.get(("admins",)):
        edited.set(("admins",), [plan.person.address])
    measured = plan.measured
    why = measured.why.get(
        "sub_addresses", f"mail to {some_sub_address(plan.address)} does not arrive"
    )
    at = _address_at(edited, plan.address)
    if at is None:
        queues = list(edited.get(("queues",)) or ("support",))
        local = plan.address.partition("@")[0]
        entry = {
            "address": plan.address,
            "name": plan.desk_name,
            "queue": local if local in queues else queues[0],
        }
        if not measured.sub_addresses:
            entry["sub_addresses"] = "no"
        edited.add(("addresses",), entry, {
            "name": "the name beside the address in our mails", "sub_addresses": why,
        })  # fmt: skip
    else:
        said = edited.get(("addresses", at, "sub_addresses"))
        whole = edited.get(("sub_addresses",))
        now = said if said is not None else whole if whole is not None else "yes"
        wanted = "yes" if measured.sub_addresses else "no"
        if str(now) != wanted:
            edited.set(("addresses", at, "sub_addresses"), wanted,
                       "" if measured.sub_addresses else why)  # fmt: skip
    if measured.authserv_id:
        said = measured.why.get("authserv_id", "the server that takes the mail")
        edited.set(("trust", "authserv_id"), measured.authserv_id, said)


def _agents(edited: Edited, plan: Plan, there: There) -> None:
    """Who sets it up answers, and is an admin."""
    known = there.policy.agent(plan.person.address) if there.policy is not None else None
    if known is not None:
        return
    entry = {"name": plan.person.name, "address": plan.person.address, "role": "admin",
             "language": plan.language}  # fmt: skip
    edited.add(("agents",), entry, {"role": "agent, specialist, admin: what they may"})


def _change(edited: Edited, at: tuple[str | int, ...], entry: Mapping[str, Any], auth: str) -> None:
    """Let the section say this; of what it does not name, nothing changes."""
    for key, value in entry.items():
        if key == "name" or (_is_default(key, value, at) and edited.get((*at, key)) is None):
            continue
        edited.set((*at, key), value)
    if auth == "oauth" and "auth" not in entry:
        edited.set((*at, "auth"), "password")
    if at[0] in ("relay", "relays") and "envelope" not in entry and edited.get((*at, "envelope")):
        edited.set((*at, "envelope"), "sub-address")


def _is_default(key: str, value: Any, at: tuple[str | int, ...]) -> bool:
    of = {"tls": "implicit", "port": 993, "start": "now"} if at[0] == "imap" else {"tls": "none"}
    return key in of and bool(of[key] == value)


def _mailbox_at(edited: Edited, address: str) -> int | None:
    for number, one in enumerate(edited.get(("imap",)) or ()):
        names = (str(one.get("address", "")).lower(), str(one.get("username", "")).lower())
        if address.lower() in names:
            return number
    return None


def _address_at(edited: Edited, address: str) -> int | None:
    for number, one in enumerate(edited.get(("addresses",)) or ()):
        if str(one.get("address", "")).lower() == address.lower():
            return number
    return None


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits until the files are whole."""
    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # another thread than the first hears no signals
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _bytes(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    mode = path.stat().st_mode & 0o777 if path.exists() else None
    draft.write_bytes(content)
    if mode is not None:
        draft.chmod(mode)
    draft.replace(path)


def _put_back(path: Path, content: bytes | None) -> None:
    if content is None:
        path.unlink(missing_ok=True)
    elif _bytes(path) != content:
        _replace(path, content)


def _put_aside(folder: Path) -> Path:
    """Move the example, which nobody wrote, out of the way."""
    aside = folder / _EXAMPLES
    if aside.exists():
        raise PermanentFailure(f"{aside} is in the way: the example's files would go there")
    aside.mkdir()
    for name in (*_FRESH, "rules.yaml", "sla.yaml", "tests", "canned", "articles"):
        if (folder / name).exists():
            (folder / name).rename(aside / name)
    return aside


def _take_back(folder: Path, aside: Path) -> None:
    for path in aside.iterdir():
        path.rename(folder / path.name)
    aside.rmdir()

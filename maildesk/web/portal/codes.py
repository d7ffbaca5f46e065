"""The code for a request whose browser has not calculated, as without scripts: it is mailed to the
address that was typed, and typed in the browser that asked."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.pipeline.pages import form_codes
from maildesk.pipeline.pages.views import Asking
from maildesk.pipeline.pages.visitors import browser_of
from maildesk.web import forms, reading
from maildesk.web.clients import asking, network_of, peer_of
from maildesk.web.portal import typed as words

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request

    from maildesk.pipeline.pages.articles import Entry
    from maildesk.web.pages import Desk
    from maildesk.web.portal.typed import Typed
    from maildesk.web.reading import Files

    Suggest = Callable[[Request, Typed], Awaitable[tuple[Entry, ...]]]

COOKIE = "maildesk-new"  # what its browser is known by here
SENT, PROVED = "/sent", "proved"
CHANGED = "waits"  # in the form's address: whose words are to be changed
_NAME = re.compile(r"[0-9a-f]{33,80}")
_NOTICES = {"wrong": "code_wrong", "often": "portal_code_often"}  # by what was done
_TOLD = {"again": "portal_code_again"}


class Codes:
    """What is asked of it. `suggest`: what may help meanwhile."""

    def __init__(self, desk: Desk, suggest: Suggest) -> None:
        self._desk, self._suggest = desk, suggest

    async def ask(
        self, request: Request, typed: Typed, files: Files, unique: str
    ) -> Response | None:
        """Mail a code, and lead to the page that asks for it; None where there were too many."""
        services, browser = self._desk.services, browser_of(request.cookies, COOKIE)
        message = await self._desk.do(words.message_of, services, typed, files, unique)
        name = forms.named(services.ring, browser, unique)
        return _to(name) if await self._mailed(request, name, message, typed) else None

    async def page(self, request: Request) -> Response:
        """Where the code is typed, as often as its browser looks; for any other the form."""
        name = str(request.path_params["form"])
        if not self._is_theirs(request, name):
            return Response(status_code=303, headers={"Location": "/"})
        waits = await self._desk.do(form_codes.waiting, self._desk.services, name)
        done = request.query_params.get("done", "")
        notice, told = _NOTICES.get(done, ""), _TOLD.get(done, "portal_code")
        path, ring = _path(name), self._desk.services.ring
        once = forms.made(ring, browser_of(request.cookies, COOKIE), path)
        if waits is None:
            page = Asking(path, once, "", notice="portal_code_gone", back="/")
            return await self._desk.page(request, "confirm", status=410, page=page)
        typed = await self._desk.do(words.read_again, waits.raw)
        left = waits.until - self._desk.services.now() if waits.until else timedelta(0)
        minutes = max(0, ceil(left / timedelta(minutes=1)))
        page = Asking(
            path,
            once,
            typed.address,
            notice=notice,
            told=told if minutes and waits.tries else "portal_code_over",
            articles=await self._suggest(request, typed),
            back=f"/?{CHANGED}={name}",
            minutes=minutes,
            tries=waits.tries,
        )
        return await self._desk.page(request, "confirm", page=page)

    async def again(self, request: Request) -> Response:
        """Mail another code for the request that waits; only the newest holds."""
        name, _ = await self.read(request)
        waits = await self._desk.do(form_codes.waiting, self._desk.services, name)
        if waits is None:
            return _to(name)
        typed = await self._desk.do(words.read_again, waits.raw)
        asks, mails = f"{asking(request)} {waits.address}", self._desk.mails
        may = mails.has_more(asks)
        mails.count(asks)
        is_mailed = may and await self._mailed(request, name, (waits.raw, waits.recipient), typed)
        return _to(name, "again" if is_mailed else "often")

    async def typed(self, request: Request) -> Typed | None:
        """What was typed for the request of theirs that waits, to be changed."""
        name = request.query_params.get(CHANGED, "")
        if not self._is_theirs(request, name):
            return None
        waits = await self._desk.do(form_codes.waiting, self._desk.services, name)
        return None if waits is None else await self._desk.do(words.read_again, waits.raw)

    async def read(self, request: Request) -> tuple[str, dict[str, str]]:
        """Which request is meant, and the fields, of a page that this browser was shown."""
        reading.refuse_other_sites(request)
        fields, _ = await reading.form_of(request)
        name, ring = str(request.path_params["form"]), self._desk.services.ring
        browser = browser_of(request.cookies, COOKIE)
        if forms.read(ring, browser, _path(name), fields.get("form", "")) is None:
            raise HTTPException(403)
        return name, fields

    async def confirm(self, request: Request) -> Response:
        """Take the code, and open the request."""
        name, fields = await self.read(request)
        services, client = self._desk.services, peer_of(request)
        network, browser = network_of(client), browser_of(request.cookies, COOKIE)
        if not self._desk.guesses.has_more(network):
            raise HTTPException(429)
        digest = _digest(browser, "".join(fields.get("code", "")[:40].split()))
        intake = self._desk.intake
        if await self._desk.do(form_codes.opened, services, intake, name, digest, client):
            return Response(status_code=303, headers={"Location": f"{SENT}?done={PROVED}"})
        self._desk.guesses.count(network)
        return _to(name, "wrong")

    async def back(self, request: Request) -> Response:
        """A form's address that is only looked at: the page that it is on."""
        name = str(request.path_params["form"])
        if not self._is_theirs(request, name):
            return Response(status_code=303, headers={"Location": "/"})
        return _to(name)

    def _is_theirs(self, request: Request, name: str) -> bool:
        """Whether this browser has begun the request that waits under this name."""
        if not _NAME.fullmatch(name):
            return False
        browser = browser_of(request.cookies, COOKIE)
        return forms.has_begun(self._desk.services.ring, browser, name)

    async def _mailed(
        self, request: Request, name: str, message: tuple[bytes, str], typed: Typed
    ) -> bool:
        """Whether a code was mailed for this message, which waits from now on."""
        code = f"{secrets.randbelow(10**6):06d}"
        digest = _digest(browser_of(request.cookies, COOKIE), code)
        about = (typed.address, typed.language, f"{code[:3]} {code[3:]}", digest)
        mail, services = form_codes.mail_code, self._desk.services
        return await self._desk.do(mail, services, name, message, *about)


def _path(name: str) -> str:
    return f"/confirm/{name}"


def _to(name: str, done: str = "") -> Response:
    """See what came of it: going back and reloading send nothing again."""
    to = f"{_path(name)}?done={done}" if done else _path(name)
    return Response(status_code=303, headers={"Location": to})


def _digest(browser: str, code: str) -> bytes:
    return sha256(f"maildesk form code 1\n{browser}\n{code}".encode("utf-8", "replace")).digest()

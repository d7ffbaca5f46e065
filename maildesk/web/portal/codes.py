"""The code for a request whose browser has not calculated, as without scripts: it is mailed to the
address that was typed, and typed in the browser that asked."""

from __future__ import annotations

import secrets
from hashlib import sha256
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
    from starlette.requests import Request

    from maildesk.pipeline.pages.articles import Entry
    from maildesk.web.pages import Desk
    from maildesk.web.portal.typed import Typed
    from maildesk.web.reading import Files

COOKIE = "maildesk-new"  # what its browser is known by here
SENT = "/sent"


class Codes:
    """What is asked of it."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def ask(
        self,
        request: Request,
        typed: Typed,
        files: Files,
        unique: str,
        articles: tuple[Entry, ...],
    ) -> Response | None:
        """Mail a code, and ask for it beside what may help meanwhile; None where there were too
        many."""
        services = self._desk.services
        message = await self._desk.do(words.message_of, services, typed, files, unique)
        if not await self._mailed(request, unique, message, typed):
            return None
        return await self._asked(request, unique, typed.address, articles=articles)

    async def again(self, request: Request) -> Response:
        """Mail another code for the request that waits; only the newest holds."""
        unique, _ = await self.read(request)
        waits = await self._desk.do(form_codes.waiting, self._desk.services, unique)
        if waits is None:
            return await self._asked(request, unique, "", notice="portal_code_gone", status=410)
        typed = words.read_again(waits.raw)
        asks, mails = f"{asking(request)} {waits.address}", self._desk.mails
        may = mails.has_more(asks)
        mails.count(asks)
        if not may or not await self._mailed(request, unique, (waits.raw, waits.recipient), typed):
            often = "portal_code_often"
            return await self._asked(request, unique, typed.address, notice=often, status=429)
        return await self._asked(request, unique, typed.address, told="portal_code_again")

    async def typed(self, request: Request) -> Typed | None:
        """What was typed for the request that waits, to be changed."""
        unique, _ = await self.read(request)
        waits = await self._desk.do(form_codes.waiting, self._desk.services, unique)
        return None if waits is None else words.read_again(waits.raw)

    async def read(self, request: Request) -> tuple[str, dict[str, str]]:
        """Which request is meant, and the fields, of a page that this browser was shown."""
        reading.refuse_other_sites(request)
        fields, _ = await reading.form_of(request)
        unique, ring = str(request.path_params["form"]), self._desk.services.ring
        browser = browser_of(request.cookies, COOKIE)
        if forms.read(ring, browser, _path(unique), fields.get("form", "")) is None:
            raise HTTPException(403)
        return unique, fields

    async def _mailed(
        self, request: Request, unique: str, message: tuple[bytes, str], typed: Typed
    ) -> bool:
        """Whether a code was mailed for this message, which waits from now on."""
        code = f"{secrets.randbelow(10**6):06d}"
        digest = _digest(browser_of(request.cookies, COOKIE), code)
        about = (typed.address, typed.language, f"{code[:3]} {code[3:]}", digest)
        mail, services = form_codes.mail_code, self._desk.services
        return await self._desk.do(mail, services, unique, message, *about)

    async def confirm(self, request: Request) -> Response:
        """Take the code, and open the request."""
        unique, fields = await self.read(request)
        services, client = self._desk.services, peer_of(request)
        network, browser = network_of(client), browser_of(request.cookies, COOKIE)
        if not self._desk.guesses.has_more(network):
            raise HTTPException(429)
        digest = _digest(browser, "".join(fields.get("code", "")[:40].split()))
        intake = self._desk.intake
        if await self._desk.do(form_codes.opened, services, intake, unique, digest, client):
            return Response(status_code=303, headers={"Location": SENT})
        self._desk.guesses.count(network)
        address = reading.address_in(fields)
        return await self._asked(request, unique, address, notice="code_wrong", status=422)

    async def back(self, request: Request) -> Response:  # noqa: ARG002
        """Its address that is only looked at: the form."""
        return Response(status_code=303, headers={"Location": "/"})

    async def _asked(
        self,
        request: Request,
        unique: str,
        address: str,
        *,
        notice: str = "",
        status: int = 200,
        articles: tuple[Entry, ...] = (),
        told: str = "",
    ) -> Response:
        path, ring = _path(unique), self._desk.services.ring
        once = forms.made(ring, browser_of(request.cookies, COOKIE), path)
        page = Asking(path, once, address, notice=notice, articles=articles, told=told)
        return await self._desk.page(request, "confirm", status=status, page=page)


def _path(unique: str) -> str:
    return f"/confirm/{unique}"


def _digest(browser: str, code: str) -> bytes:
    return sha256(f"maildesk form code 1\n{browser}\n{code}".encode("utf-8", "replace")).digest()

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
from maildesk.web.clients import network_of, peer_of
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
        code = f"{secrets.randbelow(10**6):06d}"
        digest = _digest(browser_of(request.cookies, COOKIE), code)
        shown = f"{code[:3]} {code[3:]}"
        about = (typed.address, typed.language, shown, digest)
        if not await self._desk.do(form_codes.mail_code, services, unique, message, *about):
            return None
        return await self._asked(request, unique, typed.address, articles=articles)

    async def confirm(self, request: Request) -> Response:
        """Take the code, and open the request."""
        reading.refuse_other_sites(request)
        fields, _ = await reading.form_of(request)
        unique, services = str(request.path_params["form"]), self._desk.services
        client = peer_of(request)
        network = network_of(client)
        browser = browser_of(request.cookies, COOKIE)
        once = forms.read(services.ring, browser, _path(unique), fields.get("form", ""))
        if once is None:
            raise HTTPException(403)
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
    ) -> Response:
        path, ring = _path(unique), self._desk.services.ring
        once = forms.made(ring, browser_of(request.cookies, COOKIE), path)
        page = Asking(path, once, address, notice=notice, articles=articles)
        return await self._desk.page(request, "confirm", status=status, page=page)


def _path(unique: str) -> str:
    return f"/confirm/{unique}"


def _digest(browser: str, code: str) -> bytes:
    return sha256(f"maildesk form code 1\n{browser}\n{code}".encode("utf-8", "replace")).digest()

"""To log in: a link that is mailed, a button behind it, and to log out.

Nothing tells whether an address is known here: the page is the same, and the mail is written when
the page has gone. Looking at the link uses nothing up, for mail scanners fetch every link there is,
and press buttons, too: it lets in the browser alone that asked for it.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.responses import Response

from maildesk.desk.ticket import Person
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.mail.origin.addresses import is_usable
from maildesk.mail.owners import mailbox_of
from maildesk.pipeline.pages import proving
from maildesk.pipeline.pages.mine import mailed, sessions
from maildesk.pipeline.pages.mine.sessions import PATH, Refused
from maildesk.pipeline.pages.mine.views import AskingIn, ComingIn
from maildesk.store.queries import requests
from maildesk.web.clients import asking
from maildesk.web.languages import spoken_by
from maildesk.web.limits import Tries
from maildesk.web.reading import address_in

if TYPE_CHECKING:
    from starlette.requests import Request

    from maildesk.web.mine.frame import Frame

MOST_ASKED, WITHIN = 20, 600.0  # links that one network may ask for, in seconds
LEFT = "mine_left"  # what is told somebody who has logged out
_LONGEST = 254  # of an address (RFC 5321, 4.5.3.1.3)
_ADDRESS = re.compile(r"[^\s@<>\"(),;:\\]+@[^\s@<>\"(),;:\\]+")


class LogIn:
    """The forms."""

    def __init__(self, frame: Frame) -> None:
        self._frame, self._desk = frame, frame.desk
        self._asked = Tries(MOST_ASKED, WITHIN, time.monotonic)

    async def form(self, request: Request) -> Response:
        """The page that asks for the address."""
        return await self._form(request, LEFT if request.query_params.get("done") == "out" else "")

    async def ask(self, request: Request) -> Response:
        """Mail a link to this address, if it is a customer's."""
        self._frame.check()
        network = asking(request)
        if not self._asked.has_more(network):
            raise HTTPException(429)
        fields, once = await self._frame.fields(request)
        address = address_in(fields)[:_LONGEST]
        if once is None or once.is_old:
            status = 403 if once is None else 422
            return await self._form(request, "mine_again", address, status=status)
        if not (_ADDRESS.fullmatch(address) and is_usable(address)):
            return await self._form(request, "mine_no_address", address, status=422)
        self._asked.count(network)
        await self._desk.do(self._look)
        language = spoken_by(request.headers.get("accept-language", ""), self._desk.policy)
        browser, page = self._frame.browser(request), AskingIn("", "", address=address)
        answer = await self._frame.page(request, "mine_mailed", page=page)
        if self._may_mail(network, address):
            answer.background = BackgroundTask(self._mail, address, browser, language)
        return answer

    async def look(self, request: Request) -> Response:
        """The page behind the link, with the button."""
        self._frame.check()
        found = await self._found(request)
        if isinstance(found, Refused):
            return await self._refused(request, found)
        path = request.scope["path"]
        page = ComingIn(path, self._frame.once(self._frame.browser(request), path))
        return await self._frame.page(request, "mine_in", page=page)

    async def come_in(self, request: Request) -> Response:
        """Let this browser in."""
        self._frame.check()
        found = await self._found(request)
        if isinstance(found, Refused):
            return await self._refused(request, found)
        _, once = await self._frame.fields(request)
        if once is None:
            raise HTTPException(403)
        token, browser = request.path_params["token"], self._frame.browser(request)
        services, former = self._desk.services, self._frame.held(request)
        held = await self._desk.do(sessions.let_in, services, token, browser, former)
        if isinstance(held, Refused):
            return await self._refused(request, held)
        await self._desk.do(proving.prove_all, services, Person(found[1]))
        answer = _to_list()
        seconds = int(self._desk.policy.mine.session.total_seconds())
        self._desk.keep(request, answer, sessions.cookie(services), held, path="/", seconds=seconds)
        return answer

    async def leave(self, request: Request) -> Response:
        """Let this browser in no more."""
        self._frame.check()
        _, once = await self._frame.fields(request)
        if once is None:
            raise HTTPException(403)
        services = self._desk.services
        await self._desk.do(sessions.let_out, services, self._frame.held(request))
        answer = _to_list("?done=out")
        is_secure = services.settings.web.is_secure
        answer.delete_cookie(sessions.cookie(services), secure=is_secure, httponly=True)
        return answer

    async def back(self, request: Request) -> Response:  # noqa: ARG002
        """A form's address that is only looked at: the page that it is on."""
        return _to_list()

    async def _form(
        self, request: Request, notice: str = "", address: str = "", *, status: int = 200
    ) -> Response:
        browser, action = self._frame.known(request), f"{PATH}/ask"
        page = AskingIn(action, self._frame.once(browser, action), notice, address)
        return await self._frame.page(request, "mine_log_in", browser, status=status, page=page)

    async def _refused(self, request: Request, why: Refused) -> Response:
        """What is told, and the form that asks anew, here."""
        if why is Refused.UNKNOWN:
            self._desk.guesses.count(asking(request))
            raise HTTPException(404)
        status = 410 if why is Refused.ENDED else 403
        return await self._form(request, f"mine_{why.value}", status=status)

    async def _found(self, request: Request) -> tuple[int, str] | Refused:
        if not self._desk.guesses.has_more(asking(request)):
            raise HTTPException(429)
        token, browser = request.path_params["token"], self._frame.browser(request)
        return await self._desk.do(self._link, token, browser)

    def _link(self, token: str, browser: str) -> tuple[int, str] | Refused:
        services = self._desk.services
        with services.db.read() as conn:
            return sessions.link_of(services, conn, token, browser)

    def _may_mail(self, network: str, address: str) -> bool:
        """Whether one link more may go there because this network asks, which is counted: nobody
        shall use up what the owner of an address may ask for."""
        asks = f"{network} {PATH} {mailbox_of(address)}"
        may = self._desk.mails.has_more(asks)
        if may:
            self._desk.mails.count(asks)
        return may

    def _look(self) -> None:
        """Fails where nothing can be written down, whoever asks."""
        with self._desk.services.db.read() as conn:
            requests.on_file(conn, "")

    async def _mail(self, address: str, browser: str, language: str) -> None:
        services = self._desk.services
        try:
            await self._desk.do(mailed.mail_link, services, address, browser, language)
        except TransientFailure as problem:
            log.warning("log_in_not_mailed", why=str(problem)[:200])


def _to_list(more: str = "") -> Response:
    return Response(status_code=303, headers={"Location": f"{PATH}{more}"})

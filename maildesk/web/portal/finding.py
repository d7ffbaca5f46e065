"""Looking for a request by its number and an address: the link is mailed, and whoever asks is told
the same, whether there is such a request or not; it is looked for after the answer has gone."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException

from maildesk.desk.threads import reference
from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.pages import lookup
from maildesk.pipeline.pages.choices import one_line
from maildesk.pipeline.pages.views import Asking
from maildesk.pipeline.pages.visitors import browser_of, new_browser
from maildesk.web import forms, reading
from maildesk.web.clients import asking
from maildesk.web.limits import Tries

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from maildesk.web.pages import Desk

COOKIE = "maildesk-find"
PATH = "/find"
MOST, PERIOD = 20, 3600.0  # of one network


class Finding:
    """What is asked of that page."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._tries = Tries(MOST, PERIOD, time.monotonic)

    async def page(self, request: Request) -> Response:
        """The form."""
        return await self._form(request)

    async def send(self, request: Request) -> Response:
        """A reference and an address."""
        self._is_there()
        reading.refuse_other_sites(request)
        fields, _ = await reading.form_of(request)
        network = asking(request)
        browser, ring = browser_of(request.cookies, COOKIE), self.desk.services.ring
        once = forms.read(ring, browser, PATH, fields.get("form", ""))
        number = one_line(fields.get("number", ""), 254)
        address = one_line(reading.address_in(fields), 254)
        if once is None or once.is_old:
            return await self._form(request, "find_old", number, address)
        if not number or "@" not in address:
            return await self._form(request, "find_incomplete", number, address)
        if not self._tries.has_more(network):
            raise HTTPException(429)
        self._tries.count(network)
        answer = await self.desk.page(request, "told", told="found")
        answer.background = BackgroundTask(self._mail, number, address)
        return answer

    async def _mail(self, number: str, address: str) -> None:
        try:
            services = self.desk.services
            is_mailed = await self.desk.do(lookup.mail_link_to, services, number, address)
            log.info("looked_up", is_mailed=is_mailed)
        except TransientFailure as problem:
            log.warning("page_not_now", why=str(problem)[:200])

    async def _form(
        self, request: Request, notice: str = "", number: str = "", address: str = ""
    ) -> Response:
        """The form, with what was typed into it."""
        self._is_there()
        browser = browser_of(request.cookies, COOKIE) or new_browser()
        once = forms.made(self.desk.services.ring, browser, PATH)
        example = reference.write(self.desk.policy.reference_format, 123)
        page = Asking(PATH, once, address, example, notice=notice, number=number)
        status = 422 if notice else 200
        answer = await self.desk.page(request, "find", status=status, page=page)
        self.desk.keep(request, answer, COOKIE, browser, path=PATH)
        return answer

    def _is_there(self) -> None:
        """Without an address of the pages no mail has a link."""
        if not self.desk.finds:
            raise HTTPException(404)

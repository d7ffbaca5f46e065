"""What all pages of a customer's own requests share: the browser's cookie, its forms, and whether
there are such pages at all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException

from maildesk.pipeline.pages.mine import sessions
from maildesk.pipeline.pages.mine.sessions import PATH
from maildesk.pipeline.pages.visitors import browser_of, new_browser
from maildesk.web import forms, reading

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from maildesk.pipeline.pages.mine.sessions import Customer
    from maildesk.web.pages import Desk

BROWSER = "maildesk-mine-form"  # the cookie that forms and links belong to
MOST_FIELDS, LONGEST_FIELD = 8, 4096


class Frame:
    """What is at hand for each of these pages."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def check(self) -> None:
        """404 where the policy has no such pages, or no mail could lead to one."""
        if not sessions.is_offered(self.desk.services, self.desk.policy):
            raise HTTPException(404)

    async def customer(self, request: Request) -> Customer | None:
        """Who this browser was let in as."""
        return await self.desk.do(self._customer, request)

    def held(self, request: Request) -> str:
        """What this browser holds of a log-in."""
        return request.cookies.get(sessions.cookie(self.desk.services), "")

    def browser(self, request: Request) -> str:
        """What this browser is known by; "" where it is not."""
        return browser_of(request.cookies, BROWSER)

    def once(self, browser: str, path: str) -> str:
        """The hidden field of a form at this path."""
        return forms.made(self.desk.services.ring, browser, path)

    async def fields(self, request: Request) -> tuple[dict[str, str], forms.Once | None]:
        """What was sent, and whether it comes by a form of ours."""
        reading.refuse_other_sites(request)
        limits = {"max_files": 0, "max_fields": MOST_FIELDS, "max_part_size": LONGEST_FIELD}
        async with request.form(**limits) as form:
            found = {name: value for name, value in form.multi_items() if isinstance(value, str)}
        path, browser = request.scope["path"], self.browser(request)
        once = forms.read(self.desk.services.ring, browser, path, found.get("form", ""))
        return found, once

    async def page(
        self, request: Request, name: str, browser: str = "", *, status: int = 200, **shown: Any
    ) -> Response:
        """This page; the browser is known from now on."""
        answer = await self.desk.page(request, name, status=status, **shown)
        if browser:
            self.desk.keep(request, answer, BROWSER, browser, path=PATH)
        return answer

    def known(self, request: Request) -> str:
        """What this browser is known by, from now on if it was not."""
        return self.browser(request) or new_browser()

    def _customer(self, request: Request) -> Customer | None:
        services = self.desk.services
        with services.db.read() as conn:
            return sessions.customer(services, conn, self.desk.policy, request.cookies)

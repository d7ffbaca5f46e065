"""The list of a customer's own requests. Looking changes nothing; each leads to its own page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from maildesk.pipeline.pages.mine.listed import Asked, listed
from maildesk.pipeline.pages.mine.sessions import PATH
from maildesk.pipeline.pages.mine.views import Leaving, MinePage

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from maildesk.pipeline.pages.mine.listed import Listed
    from maildesk.pipeline.pages.mine.sessions import Customer
    from maildesk.web.mine.frame import Frame
    from maildesk.web.mine.log_in import LogIn


class Requests:
    """The page."""

    def __init__(self, frame: Frame, log_in: LogIn) -> None:
        self._frame, self._log_in = frame, log_in

    async def page(self, request: Request) -> Response:
        """The list of whoever was let in; of anybody else, how to be."""
        self._frame.check()
        customer = await self._frame.customer(request)
        if customer is None:
            return await self._log_in.form(request)
        asked = Asked.of(request.query_params)
        found = await self._frame.desk.do(self._listed, customer, asked)
        browser, action = self._frame.known(request), f"{PATH}/out"
        page = MinePage(
            address=customer.address,
            rows=found.rows,
            tabs=found.tabs,
            lists=found.lists,
            shown=asked.shown,
            state=asked.tab,
            leaving=Leaving(action, self._frame.once(browser, action)),
            also=customer.others,
            query=asked.query,
            again=asked.href(q=""),
            more=found.more,
            writes=self._frame.desk.policy.portal.enabled,
        )
        return await self._frame.page(request, "mine", browser, page=page)

    def _listed(self, customer: Customer, asked: Asked) -> Listed:
        services, policy = self._frame.desk.services, self._frame.desk.policy
        with services.db.read() as conn:
            return listed(services, conn, policy, customer, asked)

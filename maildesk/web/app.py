"""The application: which page answers which path, and what is said where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from maildesk.log import log
from maildesk.web.guard import Guard, TooSlow
from maildesk.web.pages import Desk

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services

# what is told for a refusal by its number; of any other the last
_TOLD = {404: "unknown", 405: "unknown", 413: "too_large", 429: "too_often", 503: "not_now"}


def application(services: Services, intake: Intake) -> ASGIApp:
    """All pages of this desk."""
    desk = Desk(services, intake)

    async def start(request: Request) -> Response:
        return await desk.page(request, "start")

    async def style(request: Request) -> Response:  # noqa: ARG001
        return desk.style()

    async def refused(request: Request, problem: Exception) -> Response:
        assert isinstance(problem, HTTPException)
        name = _TOLD.get(problem.status_code, "failed")
        answer = await desk.page(request, "told", status=problem.status_code, told=name)
        answer.headers.update(problem.headers or {})
        return answer

    async def failed(request: Request, problem: Exception) -> Response:
        if isinstance(problem, TooSlow):
            raise problem
        log.error("page_failed", path=request.scope["path"].split("/")[1], problem=repr(problem))
        return await desk.page(request, "told", status=500, told="failed")

    routes = [Route("/", start), Route("/style.css", style)]
    app = Starlette(routes=routes, exception_handlers={HTTPException: refused, Exception: failed})
    return Guard(app, services.settings.web)

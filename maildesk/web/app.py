"""The application: which page answers which path, and what is said where none does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from maildesk.errors import TransientFailure
from maildesk.log import log
from maildesk.pipeline.pages.leaving import UNSUBSCRIBE
from maildesk.web.articles.pages import Articles
from maildesk.web.articles.solved import Solved
from maildesk.web.guard import Guard, TooSlow
from maildesk.web.mine import mine
from maildesk.web.pages import Desk
from maildesk.web.pasted import Pasted
from maildesk.web.portal.finding import PATH as FIND
from maildesk.web.portal.finding import Finding
from maildesk.web.portal.page import SUGGESTED, Portal
from maildesk.web.survey import Survey
from maildesk.web.tracking import Tracking
from maildesk.web.unsubscribe import Unsubscribing
from maildesk.web.widget.page import Widget
from maildesk.web.writing import Writing

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from maildesk.intake import Intake
    from maildesk.pipeline.services import Services

ROOM = 1024 * 1024  # octets of a form beside its files
# what is told for a refusal by its number; of any other the last
_TOLD = {404: "unknown", 405: "unknown", 413: "too_large", 429: "too_often", 503: "not_now"}


def application(services: Services, intake: Intake) -> ASGIApp:
    """All pages of this desk."""
    desk = Desk(services, intake)

    async def style(request: Request) -> Response:  # noqa: ARG001
        return desk.style()

    async def script(request: Request) -> Response:  # noqa: ARG001
        return desk.script()

    async def icon(request: Request) -> Response:  # noqa: ARG001
        """None: browsers ask for one whatever a page says, and keep that there is none."""
        return Response(status_code=204, headers={"Cache-Control": "public, max-age=604800"})

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

    async def away(request: Request, problem: Exception) -> Response:
        log.warning("page_not_now", why=str(problem)[:200])
        return await desk.page(request, "told", status=503, told="not_now")

    looks = [Route("/style.css", style), Route("/script.js", script), Route("/favicon.ico", icon)]
    routes = [*looks, *_of_portal(desk), *_of_tickets(desk), *_of_articles(desk)]
    routes += [*_of_leaving(desk), *_of_stars(desk), *mine(desk)]
    handlers = {HTTPException: refused, TransientFailure: away, Exception: failed}
    app = Starlette(routes=routes, exception_handlers=handlers)
    return Guard(
        Pasted(app), services.settings.web, lambda: desk.policy.attachments.max_total + ROOM
    )


def _of_portal(desk: Desk) -> list[Route]:
    """The web form, here and in other sites' pages."""
    page, find = Portal(desk), Finding(desk)
    return [
        *Widget(page).routes(),
        Route("/", page.show),
        Route("/", page.send, methods=["POST"]),
        Route("/sent", page.done),
        Route("/confirm/{form}", page.codes.confirm, methods=["POST"]),
        Route("/confirm/{form}/again", page.codes.again, methods=["POST"]),
        Route("/confirm/{form}", page.codes.page),
        Route("/confirm/{form}/again", page.codes.back),
        *page.suggesting.routes(SUGGESTED, lambda handler: handler),
        Route(FIND, find.page),
        Route(FIND, find.send, methods=["POST"]),
    ]


def _of_tickets(desk: Desk) -> list[Route]:
    """The pages behind a link."""
    page = Tracking(desk)
    form, base = Writing(page), "/ticket/{token}"
    sent = {"reply": form.reply, "code": form.code, "confirm": form.confirm, "renew": form.renew}
    return [
        Route(base, page.page),
        Route(f"{base}/file/{{message}}/{{index}}/{{name}}", page.file),
        Route(f"{base}/download", page.download),
        *(Route(f"{base}/{name}", does, methods=["POST"]) for name, does in sent.items()),
        *(Route(f"{base}/{name}", page.back) for name in sent),
    ]


def _of_articles(desk: Desk) -> list[Route]:
    """The help centre."""
    page, one = Articles(desk), "/articles/{slug}"
    tracking = Tracking(desk)
    solved, behind = Solved(tracking, Writing(tracking)), "/ticket/{token}/article/{slug}"
    return [
        Route(behind, solved.page),
        Route(f"{behind}/solved", solved.solved, methods=["POST"]),
        Route(f"{behind}/confirm", solved.confirm, methods=["POST"]),
        Route(f"{behind}/solved", solved.back),
        Route(f"{behind}/confirm", solved.back),
        Route("/articles/", page.start),
        Route("/articles/picture/{name:path}", page.picture),
        Route("/articles/{category}/", page.category),
        Route(one, page.article),
        Route(f"{one}/helpful", page.said, methods=["POST"]),
        Route(f"{one}/helpful", page.asked),
        Route(f"{one}/helpful/thanks", page.thanks),
    ]


def _of_leaving(desk: Desk) -> list[Route]:
    """One click to unsubscribe (RFC 8058)."""
    page, path = Unsubscribing(desk), f"{UNSUBSCRIBE}{{token}}"
    return [Route(path, page.page), Route(path, page.leave, methods=["POST"])]


def _of_stars(desk: Desk) -> list[Route]:
    """The page of a survey."""
    page, base = Survey(desk), "/survey/{token}"
    return [
        Route(base, page.page),
        Route(f"{base}/send", page.send, methods=["POST"]),
        Route(f"{base}/send", page.back),
    ]

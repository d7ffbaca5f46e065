"""The pages of a customer's own requests: to log in by a link that is mailed, and the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.routing import Route

from maildesk.pipeline.pages.mine.sessions import PATH
from maildesk.web.mine.frame import Frame
from maildesk.web.mine.log_in import LogIn
from maildesk.web.mine.requests import Requests

if TYPE_CHECKING:
    from maildesk.web.pages import Desk


def mine(desk: Desk) -> list[Route]:
    """Their paths."""
    frame = Frame(desk)
    log_in = LogIn(frame)
    link, post = f"{PATH}/in/{{token}}", ["POST"]
    return [
        Route(PATH, Requests(frame, log_in).page),
        Route(link, log_in.look),
        Route(link, log_in.come_in, methods=post),
        Route(f"{PATH}/ask", log_in.ask, methods=post),
        Route(f"{PATH}/out", log_in.leave, methods=post),
        *(Route(f"{PATH}/{name}", log_in.back) for name in ("ask", "out")),
    ]

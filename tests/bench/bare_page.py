"""The yardstick of the pages: a Starlette handler with nothing behind it, on the same server:
python -m tests.bench.bare_page PORT."""

from __future__ import annotations

import asyncio
import sys

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route


async def _hello(request: Request) -> HTMLResponse:
    return HTMLResponse("<!doctype html><title>Hello</title><p>Hello.")


async def _taken(request: Request) -> RedirectResponse:
    await request.form()
    return RedirectResponse("/", 303)


async def _serve(port: int) -> None:
    config = uvicorn.Config(
        Starlette(routes=[Route("/", _hello), Route("/", _taken, methods=["POST"])]),
        host="127.0.0.1",
        port=port,
        log_config=None,
    )
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    print("ready", flush=True)
    await serving


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))

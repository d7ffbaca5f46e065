"""`python -m tests.bench.listen null|durable|single FOLDER`: a listener to be measured. It prints
its port.

null is aiosmtpd as it comes, with a handler that takes everything and keeps nothing;
durable is our door, committing to SQLite before it answers; single commits each mail by itself.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from aiosmtpd.smtp import SMTP

from maildesk.config.settings import Listener
from maildesk.ingress import group_commit
from maildesk.ingress.group_commit import GroupCommit
from maildesk.ingress.smtp import SmtpDoor
from maildesk.intake import Intake
from maildesk.log import configure
from maildesk.pipeline.services import utc_now
from maildesk.store.blobs import Blobs
from maildesk.store.db import Database
from maildesk.store.migrate import migrate


class Null:
    """Takes everything, keeps nothing."""

    async def handle_DATA(self, _server: object, _session: object, _envelope: object) -> str:
        """The answer to the final dot."""
        return "250 ok"


async def null() -> None:
    """aiosmtpd alone."""
    server = await asyncio.get_running_loop().create_server(
        lambda: SMTP(Null()), "127.0.0.1", 0, backlog=256
    )
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


async def durable(folder: Path) -> None:
    """Our door, with its group commit."""
    database = Database(f"sqlite:///{folder / 'bench.sqlite'}")
    migrate(database)
    acceptor = GroupCommit(
        Intake(database, Blobs(folder / "blobs", 1 << 20), lambda _stage, _row: None, utc_now)
    )
    door = SmtpDoor(
        Listener(port=0), accept=acceptor, is_ours=lambda _: True, hostname="desk.example"
    )
    _, port = await door.start()
    print(port, flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    configure(quiet=True)
    if sys.argv[1] == "single":
        group_commit.MOST_AT_ONCE = 1
    asyncio.run(null() if sys.argv[1] == "null" else durable(Path(sys.argv[2])))

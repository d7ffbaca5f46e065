"""What the search index costs a mail on both engines: python -m tests.bench index

Mails are received in one desk, in turns with the index and without. What an index puts off (the
pending list of PostgreSQL's GIN) is done at the end and counted.

MAILDESK_BENCH_DESKS  how many desks of each engine (default 3), each new
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

from maildesk.log import configure
from maildesk.store.queries import search
from tests.bench.corpus import Mail, corpus
from tests.bench.turns import Compared, compare, worked
from tests.pipeline.place import SQLITE, Place
from tests.servers.postgres import find_postgres

DESKS = int(os.environ.get("MAILDESK_BENCH_DESKS", "3"))
_FLUSH = f"SELECT gin_clean_pending_list('ix_{search.TABLE}'::regclass)"


@contextmanager
def unindexed() -> Iterator[None]:
    """Mail is not found by words meanwhile: what it would cost without."""
    kept = search.add
    search.add = lambda *_more: None
    try:
        yield
    finally:
        search.add = kept


def cost(folder: Path, url: str, mails: list[Mail]) -> Compared:
    """Receiving a mail without and with the index, in one desk."""
    place = Place(folder, url)
    found = compare(place, mails, {"without": unindexed, "with": nullcontext})
    if not place.services.db.is_sqlite:
        with place.services.db.write() as conn:
            began = worked(place)
            conn.exec_driver_sql(_FLUSH)
        put_off = (worked(place) - began) / (len(mails) / 2)
        found = replace(found, extra=put_off)
    place.services.close()
    return found


def main() -> None:
    """A line for each desk."""
    configure(quiet=True)
    mails = [mail for mail in corpus(2000) if mail.position == 0]
    server = find_postgres()
    try:
        with tempfile.TemporaryDirectory(prefix="maildesk-index-") as name:
            Path(name).chmod(0o755)
            for number in range(DESKS):
                for engine in ("SQLite", "PostgreSQL"):
                    url = SQLITE if engine == "SQLite" else server.new_database()
                    found = cost(Path(name) / f"{engine}{number}", url, mails)
                    print(f"{engine}, without → with the index: {found}", flush=True)
    finally:
        server.remove()


if __name__ == "__main__":
    main()

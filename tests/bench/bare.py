"""The bare job, a yardstick for the machine: what any desk in Python cannot do
without, and nothing else.

One process reads mails with the standard library, writes the six rows of a new
ticket through SQLAlchemy Core in one durable SQLite transaction, and sends a
short acknowledgement on a kept connection. No door, rules, templates, retries,
duplicates, threads. `python -m tests.bench.bare PORT COUNT` prints mails a
second and CPU milliseconds a mail.
"""

from __future__ import annotations

import smtplib
import sys
import tempfile
import time
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

from sqlalchemy import (
    Column,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    create_engine,
    event,
    insert,
)

from tests.bench.corpus import corpus

_METADATA = MetaData()
_TABLES = {
    name: Table(
        name, _METADATA, Column("id", Integer, primary_key=True),
        Column("ticket", Integer, index=True), Column("said", Text),
        Column("raw", LargeBinary),
    )
    for name in ("raws", "tickets", "messages", "history", "timers", "outbox")
}  # fmt: skip


def text_of(raw: bytes) -> tuple[str, str, str]:
    """Sender, subject and the first readable text, as the standard library has them."""
    message = message_from_bytes(raw)
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            found = part.get_payload(decode=True)
            text = found.decode("utf-8", "replace") if isinstance(found, bytes) else ""
            return str(message["From"]), str(message["Subject"]), text
    return str(message["From"]), str(message["Subject"]), ""


def main(port: int, count: int) -> None:
    """Do it, and print what it took."""
    with tempfile.TemporaryDirectory() as name:
        engine = create_engine(f"sqlite:///{Path(name) / 'bare.sqlite'}")

        @event.listens_for(engine, "connect")
        def _durable(raw: object, _entry: object) -> None:
            raw.execute("PRAGMA journal_mode=WAL")  # type: ignore[attr-defined]
            raw.execute("PRAGMA synchronous=FULL")  # type: ignore[attr-defined]

        _METADATA.create_all(engine)
        mails = [mail for mail in corpus(count) if mail.position == 0]
        relay = smtplib.SMTP("127.0.0.1", port)
        relay.ehlo()
        began, worked = time.perf_counter(), time.process_time()
        for mail in mails:
            sender, subject, text = text_of(mail.raw)
            with engine.begin() as conn:
                made = conn.execute(
                    insert(_TABLES["tickets"]), {"said": subject}
                ).inserted_primary_key
                ticket = made[0] if made else 0
                answer = EmailMessage()
                answer["From"], answer["To"], answer["Subject"] = (
                    "desk@desk.example",
                    mail.sender,
                    f"[{ticket}] received",
                )
                answer["Message-ID"] = f"<{ticket}@desk.example>"
                answer.set_content(
                    f"Dear {sender},\n\nwe have your message and will answer soon.\n"
                )
                finished = answer.as_bytes()
                conn.execute(insert(_TABLES["raws"]), {"ticket": ticket, "raw": mail.raw})
                conn.execute(insert(_TABLES["messages"]), {"ticket": ticket, "said": text})
                conn.execute(insert(_TABLES["history"]), {"ticket": ticket, "said": "opened"})
                conn.execute(insert(_TABLES["timers"]), {"ticket": ticket, "said": "close"})
                conn.execute(insert(_TABLES["outbox"]), {"ticket": ticket, "raw": finished})
            relay.sendmail("desk@desk.example", [mail.sender], finished)
        took, worked = time.perf_counter() - began, time.process_time() - worked
        relay.quit()
        engine.dispose()
    print(f"{len(mails) / took:.1f} {worked / len(mails) * 1000:.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

"""The first look at a large mailbox: how long it takes and by how much the process grows.

python -m tests.bench.mailbox

MAILDESK_BENCH_MESSAGES  how many messages lie there (default 200000)
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.ingress.imap.imap_desk import mail
from tests.servers.dovecot import find_dovecot
from tests.stories.running_desk import ROOT

MESSAGES = int(os.environ.get("MAILDESK_BENCH_MESSAGES", "200000"))
_LOOK = """
import sys
from maildesk.ingress.imap.look import look
from tests.ingress.imap.imap_desk import settings
from tests.servers.imap import ImapAccount
host, port, username, password = sys.argv[1:]
mailbox = settings(ImapAccount(host, int(port), username, password), start="now", timeout="5m")
(found,) = look(mailbox).glances
print(f"{found.messages} messages: {found.seconds:.2f} s, {found.octets / 1e6:.1f} MB")
"""


def fill(folder: Path, messages: int) -> None:
    """So many files in the Maildir, most of them links: a file system has few inodes to spare."""
    first = next(iter([*folder.glob("new/*"), *folder.glob("cur/*")]))
    content = first.read_bytes()
    for number in range(messages - 1):
        place = folder / "cur" / f"{1_700_000_000 + number}.M{number}P1.desk:2,"
        try:
            os.link(first, place)
        except OSError:  # no file has as many names as that
            place.write_bytes(content)
            place.chmod(0o644)
            first = place


def main() -> None:
    """Print what the first look takes, when the server never saw the messages, and when it did."""
    server = find_dovecot()
    try:
        account = server.new_account()
        server.append(account, mail(1))
        fill(server.mail_folder / account.username, MESSAGES)
        words = (account.host, str(account.port), account.username, account.password)
        for state in ("the server makes its index", "it has one"):
            print(f"{state}: ", end="", flush=True)
            subprocess.run([sys.executable, "-c", _LOOK, *words], check=True, cwd=ROOT)
    finally:
        server.remove()


if __name__ == "__main__":
    main()

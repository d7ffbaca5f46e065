"""maildesk on a disk that is full whenever we say so: `python -m
tests.servers.full_disk run --desk …`.

SIGUSR1: no file of this process may be written any further (RLIMIT_FSIZE, setrlimit(2)), which
every system knows and nobody has to be root for: neither database, large messages and heartbeat nor
a log that is a file. SIGUSR2: there is room again.
"""

from __future__ import annotations

import resource
import signal


def fill_up(*_: object) -> None:
    """No room any more."""
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, most))


def make_room(*_: object) -> None:
    """As much as there ever was."""
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


if __name__ == "__main__":
    signal.signal(signal.SIGUSR1, fill_up)
    signal.signal(signal.SIGUSR2, make_room)
    from maildesk.cli import main

    main()

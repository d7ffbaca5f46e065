"""maildesk on a system that has nothing only Linux has: `python -m
tests.servers.without_linux run --desk …`.

What is taken away is what macOS and the BSDs lack. It is gone before a line of ours is loaded.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import selectors
import signal
import socket
import sys
import time
from types import ModuleType

# By the beginnings of their names, so that what a later Python brings is taken away, too.
ONLY_LINUX: tuple[tuple[ModuleType, str], ...] = (
    (
        os,
        "fdatasync|posix_fadvise|posix_fallocate|sched_(?!yield)|SCHED_|memfd_|MFD_|eventfd|EFD_|pidfd_|timerfd_|TFD_|splice|SPLICE_|"
        "copy_file_range|getxattr|setxattr|listxattr|removexattr|XATTR_|getrandom|GRND_|unshare|setns|CLONE_|RWF_|pipe2|dup3|"
        "O_(DIRECT|NOATIME|PATH|TMPFILE|LARGEFILE|RSYNC)$|getres[ug]id|setres[ug]id|P_PIDFD",
    ),
    (
        fcntl,
        "F_(SET|GET)PIPE_SZ|F_ADD_SEALS|F_GET_SEALS|F_SEAL_|F_NOTIFY|DN_|F_OFD_|F_(SET|GET)(SIG|LEASE)",
    ),
    (signal, "SIGRT|SIGPOLL|SIGPWR|SIGSTKFLT|SIGCLD|sigtimedwait|sigwaitinfo|pidfd_"),
    (
        socket,
        "TCP_(QUICKACK|CORK|DEFER_ACCEPT|INFO|LINGER2|SYNCNT|WINDOW_CLAMP|USER_TIMEOUT|KEEPIDLE)|SO_(PEERCRED|BINDTODEVICE|DOMAIN|MARK|"
        "PASSCRED|PROTOCOL|PRIORITY|INCOMING_CPU)|SOCK_(CLOEXEC|NONBLOCK)|AF_(PACKET|NETLINK|ALG|VSOCK|CAN|TIPC|QIPCRTR)|MSG_MORE",
    ),
    (time, "CLOCK_(BOOTTIME|TAI)"),
)
_THEIRS = re.compile(r"/(?:proc|sys)(?:/|$)")


def take_away() -> None:
    """From here on this process is on no Linux, as far as Python shows."""
    for module, names in ONLY_LINUX:
        for name in [name for name in vars(module) if re.match(names, name)]:
            delattr(module, name)
    # What Python itself has found out while it began, as it does elsewhere.
    setattr(os, "process_cpu_count", os.cpu_count)  # noqa: B010 - new in Python 3.13
    setattr(selectors, "DefaultSelector", selectors.PollSelector)  # noqa: B010 - epoll is Linux's; mypy takes the name for a type
    sys.addaudithook(_refuse_their_files)


def _refuse_their_files(event: str, arguments: tuple[object, ...]) -> None:
    if (
        event in ("open", "os.listdir", "os.scandir")
        and arguments
        and isinstance(arguments[0], (str, bytes, os.PathLike))
    ):
        path = os.fsdecode(arguments[0])
        if _THEIRS.match(path):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path)


if __name__ == "__main__":
    take_away()
    from maildesk.cli import main

    main()

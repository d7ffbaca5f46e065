"""`maildesk` as it is typed, in a world of the test's: its first word is a file that says which."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from maildesk import cli
from maildesk.setup.world import World


def main() -> None:
    """Read the world, and run the command in it."""
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    world = World(
        nameservers=tuple((host, port) for host, port in told["nameservers"]),
        ports={int(known): port for known, port in told["ports"].items()},
        ca_file=Path(told["ca_file"]),
        dns_patience=10.0,
        patience=30.0,
    )
    cli._register()
    cli.app(sys.argv[2:], obj=world)


if __name__ == "__main__":
    main()

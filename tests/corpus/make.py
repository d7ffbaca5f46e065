"""Odd messages, one oddity each and named by it, with what a desk should read in them.

Run as `python -m tests.corpus.make` to write them beside this file as NAME.eml.
`ODD` is what the tests read; a message met in the field joins here, made anonymous.
"""

from __future__ import annotations

from pathlib import Path

from tests.corpus.bounces import BOUNCES
from tests.corpus.charsets import CHARSETS
from tests.corpus.machines import MACHINES
from tests.corpus.odd import Odd
from tests.corpus.programs import PROGRAMS
from tests.corpus.providers import PROVIDERS
from tests.corpus.servers import SERVERS
from tests.corpus.structures import STRUCTURES

ODD: tuple[Odd, ...] = (
    *CHARSETS,
    *STRUCTURES,
    *MACHINES,
    *BOUNCES,
    *SERVERS,
    *PROGRAMS,
    *PROVIDERS,
)
HERE = Path(__file__).parent


def main() -> None:
    """Write every message; the bytes are the same each time."""
    for odd in ODD:
        (HERE / f"{odd.name}.eml").write_bytes(odd.raw)


if __name__ == "__main__":
    main()

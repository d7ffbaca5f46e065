"""Which of the processes this is that run tests beside each other (pytest-xdist)."""

from __future__ import annotations

import os


def own_share(numbers: range) -> range:
    """Those of the numbers that are this process's, of what all share; alone it has them all."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    count = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    return numbers[number % count :: count]

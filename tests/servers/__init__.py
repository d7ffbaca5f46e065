"""Real servers for the tests, private ones, started when the first test asks.

Each comes from an environment URL, else the machine's own binary, else a wheel;
where there is none the test fails. Nothing here is ever mocked or skipped.
"""

from __future__ import annotations


class NoServer(Exception):
    """There is no such server to test on; the words say what to install or set."""

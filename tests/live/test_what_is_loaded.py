"""What a desk with all its roles has in memory before anybody asks for it."""

from __future__ import annotations

import subprocess
import sys

SELDOM = ("rich", "pygments", "dkim", "dns", "aiodns", "charset_normalizer", "httpx2")


def test_a_desk_loads_nothing_that_most_desks_never_need() -> None:
    look = (
        "import sys, maildesk.daemon, maildesk.web.server; "
        "print(sorted(set(sys.argv[1:]) & set(sys.modules)))"
    )
    said = subprocess.run(
        [sys.executable, "-c", look, *SELDOM], capture_output=True, text=True, check=True
    )
    assert said.stdout.strip() == "[]"

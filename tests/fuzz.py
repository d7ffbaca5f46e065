"""`make fuzz`: feed the reader of mail odd octets for ten minutes, or for MAILDESK_FUZZ of them."""

from __future__ import annotations

import os
import sys

import pytest

if __name__ == "__main__":
    os.environ.setdefault("MAILDESK_FUZZ", "10")
    sys.exit(pytest.main(["tests/mail/test_fuzz.py", "-x"]))

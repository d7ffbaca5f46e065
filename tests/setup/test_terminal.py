"""Asking at a terminal, and a Ctrl-C that comes when nobody waits for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.setup.typist import Typist

# interrupt_main() is a SIGINT that breaks nothing off: so is one that comes before read(2) begins.
ASKED = """
import _thread, sys, threading
from pathlib import Path
from maildesk.commands.setup.terminal import Terminal

def interrupted():
    Path(sys.argv[1]).read_bytes()
    _thread.interrupt_main()

threading.Thread(target=interrupted, daemon=True).start()
terminal = Terminal(asks=True)
try:
    if sys.argv[2] == "shown":
        terminal.ask("Your name", "", str, option="--agent")
    else:
        terminal.secret("Password", option="--password-file")
except KeyboardInterrupt:
    print("Interrupted.")
"""


@pytest.mark.parametrize("answer", ["shown", "not shown"])
def test_a_ctrl_c_before_the_reading_is_heard(tmp_path: Path, answer: str) -> None:
    now = tmp_path / "now"
    os.mkfifo(now)
    at = Typist(["-c", ASKED, str(now), answer])
    at.reads(": ")
    now.write_bytes(b"")
    try:
        at.reads("Interrupted.")
        assert at.ends() == 0
    finally:
        at.remove()

"""Asking at a terminal: a question, a default, and what an answer has to be."""

from __future__ import annotations

import getpass
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import NoReturn, TypeVar

from maildesk.commands.common import one_line, stop

T = TypeVar("T")

_TICK = 0.5  # seconds


@contextmanager
def _hearing_ctrl_c() -> Iterator[None]:
    """Python acts on a signal between two steps of its own, or where it breaks off a read(2) that
    has begun. A Ctrl-C in between, just as the prompt is shown, would be heard only once somebody
    presses Enter; so a tick breaks the read off again and again."""
    handler = signal.signal(signal.SIGALRM, lambda *_: None)
    timer = signal.setitimer(signal.ITIMER_REAL, _TICK, _TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


class Terminal:
    """Whoever sits here is asked, unless `asks` is no: then defaults count, and where there is none
    the command leaves, naming the option. `to_stderr` keeps standard output for a program."""

    def __init__(self, *, asks: bool, to_stderr: bool = False) -> None:
        self.asks, self.has_written = asks, False
        self.stream = sys.stderr if to_stderr else sys.stdout

    def say(self, words: str = "") -> None:
        """One line, at once."""
        print(one_line(words), file=self.stream, flush=True)

    def ask(
        self, question: str, default: str, read: Callable[[str], T], *, option: str, why: str = ""
    ) -> T:
        """The answer as `read` makes it; ValueError from there is told, and the question comes
        again. Enter takes the default."""
        if not self.asks:
            if not default:
                stop(f"maildesk: --yes asks nothing, so {option} has to say: {question}", 2)
            try:
                return read(default)
            except ValueError as wrong:
                stop(f"maildesk: {option}: expected {wrong}, found {one_line(default)}", 2)
        if why:
            self.say(why)
        while True:
            answer = self._line(f"{question}{f' [{default}]' if default else ''}: ") or default
            try:
                if answer:
                    return read(answer)
                self.say("  Something has to stand here.")
            except ValueError as wrong:
                self.say(f"  That is not {wrong}.")

    def choose(self, question: str, words: Sequence[str], default: str, *, option: str) -> str:
        """One of these words, or the beginning of one."""

        def read(answer: str) -> str:
            found = [w for w in words if w.startswith(answer.lower())]
            if len(found) != 1 and answer.lower() not in words:
                raise ValueError(f"one of {', '.join(words)}")
            return answer.lower() if answer.lower() in words else found[0]

        return self.ask(f"{question} ({', '.join(words)})", default, read, option=option)

    def secret(self, question: str, *, option: str, kept: bool = False) -> str | None:
        """What is typed, without showing it; None where Enter keeps what is there."""
        if not self.asks:
            if kept:
                return None
            stop(f"maildesk: --yes asks nothing, so {option} has to say: {question}", 2)
        while True:
            hint = "Enter keeps the one there is" if kept else "it is not shown"
            try:
                with _hearing_ctrl_c():
                    answer = getpass.getpass(f"{question} ({hint}): ")
            except EOFError:
                self._ended()
            if answer or kept:
                return answer or None
            self.say("  Something has to stand here.")

    def _line(self, prompt: str) -> str:
        # Not by input(), which writes it only in part where a tick breaks it off.
        print(one_line(prompt), end="", file=self.stream, flush=True)
        try:
            with _hearing_ctrl_c():
                return input().strip()
        except EOFError:
            self._ended()

    def _ended(self) -> NoReturn:
        written = "" if self.has_written else "; nothing was written"
        stop(
            f"\nmaildesk: the input ended before the last question{written}. --yes asks nothing", 2
        )

"""What is wrong with a part of a mailbox while the rest of it is read: a folder that went away,
copies or moves that the server takes no more. The admins hear once when it has lasted, and once
when it is over."""

from __future__ import annotations

from collections.abc import Callable

from maildesk.log import log


class PartAlarm:
    """The alarm of one mailbox. `tell(name, is_well, words)` may raise: then it is tried again."""

    def __init__(
        self,
        name: str,
        after: float,
        tell: Callable[[str, bool, str], None],
        clock: Callable[[], float],
    ) -> None:
        self._name, self._after, self._tell, self._clock = name, after, tell, clock
        self._since: float | None = None
        self._is_told = False

    def look(self, trouble: str) -> None:
        """This is the matter now; nothing, where all is well."""
        if not trouble:
            self._since = None
            if self._is_told and self._told(True, "Nothing of it waits any more."):
                self._is_told = False
            return
        now = self._clock()
        self._since = now if self._since is None else self._since
        if not self._is_told and now - self._since >= self._after:
            self._is_told = self._told(False, f"The rest of it is read. {trouble}")

    def _told(self, is_well: bool, words: str) -> bool:
        try:
            self._tell(self._name, is_well, words)
        except Exception as failure:  # an alarm that cannot be given must not end the door
            log.warning("unalarmed", mailbox=self._name, reason=str(failure))
            return False
        return True

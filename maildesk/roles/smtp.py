"""The role `smtp`: every listener of the settings, SMTP or LMTP, in the daemon's event loop."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from maildesk.ingress.group_commit import GroupCommit
from maildesk.ingress.smtp import SmtpDoor
from maildesk.ingress.submission.accounts import Account
from maildesk.intake import Intake

if TYPE_CHECKING:
    from maildesk.pipeline.services import Services


@dataclass(frozen=True)
class Listening:
    """One line of what listens where."""

    protocol: str
    host: str
    port: int
    greets: bool = True  # TLS does not come before the first word


def _takes(desk: Services, address: str) -> bool:
    """Whether mail to this address is taken, under the policy of this moment."""
    policy = desk.keeper.current.policy
    return policy.is_ours(address) or policy.is_for_admins(address)


def _account(desk: Services, name: str) -> Account | None:
    """The agent who has this address and may log in, under the policy of this moment."""
    agent = desk.keeper.current.policy.agent(name.strip())
    if agent is None or not agent.password:
        return None
    return Account(agent.address, agent.keys, agent.password)


class Smtp:
    """The listeners, and the thread that commits what they take."""

    def __init__(self, intake: Intake) -> None:
        self.listening: list[Listening] = []
        self._commit = GroupCommit(intake)
        self._doors: list[SmtpDoor] = []

    async def start(self, desk: Services) -> None:
        """Listen; PermanentFailure where a port or a certificate cannot be had."""
        hostname = desk.keeper.current.policy.addresses[0].address.rpartition("@")[2]
        for listener in desk.settings.listeners:
            door = SmtpDoor(
                listener,
                accept=self._commit,
                is_ours=partial(_takes, desk),
                hostname=hostname,
                incoming=desk.desk / desk.settings.blobs,
                account=partial(_account, desk),
            )
            host, port = await door.start()
            greets = listener.tls is None or listener.tls.mode != "implicit"
            self.listening.append(Listening(listener.protocol.upper(), host, port, greets))
            self._doors.append(door)

    async def stop(self, grace: float) -> None:
        """Listen no more, and let those who are talking finish."""
        for door in self._doors:
            await door.stop(grace)
        self._commit.close()

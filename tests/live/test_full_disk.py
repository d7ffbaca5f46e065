"""A full disk: every sender hears 452 at once, however many they are, and with room again the desk
goes on as it was."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.relay import Relay
from tests.stories.running_desk import RunningDesk, wait_until

DESK = "support@desk.example"
SENDERS = 268
# octets of these senders' mails; the first is kept in a file of its own
SIZES = {7: 1_200_000, 8: 40_000}


@pytest.fixture
def desk(tmp_path: Path, relay: Relay) -> Iterator[RunningDesk]:
    """A desk whose disk can be full, with its log on the same disk and a place for
    everybody at its door."""
    listener = (
        "port: 0, max_connections: 300, max_connections_per_peer: 300, "
        "max_connections_per_network: 300"
    )
    running = RunningDesk(
        tmp_path / "desk",
        relay,
        settings="pipeline: {tick: 0.2}\n",
        listener=listener,
        module="tests.servers.full_disk",
    )
    yield running.start()
    codes = running.stop()
    assert codes == [0], running.log()[-3000:]


async def send(port: int, number: int, size: int) -> str:
    """What the sender of this mail hears in the end, who waits as long as senders do."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    sender = f"kim@customer{number}.example"
    head = (
        f"From: {sender}\r\nTo: {DESK}\r\nSubject: Matter {number}\r\n"
        f"Message-ID: <{number}.{size}@customer.example>\r\n\r\n"
    )
    content = head + "And it hums and hums.\r\n" * (size // 23)
    said = await reader.readline()
    for words in (
        "HELO customer.example",
        f"MAIL FROM:<{sender}>",
        f"RCPT TO:<{DESK}>",
        "DATA",
        f"{content}.",
    ):
        writer.write(f"{words}\r\n".encode())
        said = await reader.readline()
    writer.close()
    return said[:9].decode()


def crowd(port: int, senders: int = SENDERS) -> Counter[str]:
    """What they all hear who come at the same time."""

    async def everybody() -> Counter[str]:
        return Counter(
            await asyncio.gather(*(send(port, n, SIZES.get(n, 1_000)) for n in range(senders)))
        )

    return asyncio.run(everybody())


def test_every_sender_hears_452_and_the_desk_needs_no_restart(
    desk: RunningDesk, relay: Relay
) -> None:
    (process,) = desk.processes
    assert crowd(desk.port, 6) == {"250 2.0.0": 6}
    wait_until(lambda: len(desk.tickets()) == 6, "they are tickets")

    process.send_signal(signal.SIGUSR1)
    wait_until(lambda: crowd(desk.port, 1) == {"452 4.3.1": 1}, "the disk is full")
    for _ in range(2):
        assert crowd(desk.port) == {"452 4.3.1": SENDERS}
    assert len(desk.tickets()) == 6

    process.send_signal(signal.SIGUSR2)
    wait_until(lambda: crowd(desk.port, 1) == {"250 2.0.0": 1}, "there is room again")
    assert crowd(desk.port, 20) == {"250 2.0.0": 20}
    wait_until(lambda: len(desk.tickets()) == 20, "every mail is a ticket, once")
    wanted = {f"kim@customer{n}.example" for n in range(20)}
    wait_until(lambda: wanted <= {mail.rcpt_to[0] for mail in relay.messages}, "everybody hears so")
    wait_until(lambda: "not_spooled" in desk.log(), "the log goes on where it was")

"""A conversation with somebody who does not keep to the rules."""

from __future__ import annotations

import contextlib
import random
import socket

from tests.ingress.open_door import Client, OpenDoor, a_listener

WORDS = (
    *(
        b"EHLO x\r\n",
        b"HELO y\r\n",
        b"LHLO z\r\n",
        b"STARTTLS\r\n",
        b"RSET\r\n",
        b"QUIT\r\n",
        b"NOOP\n",
        b"DATA\r\n",
    ),
    *(
        b"MAIL FROM:<a@b.example>\r\n",
        b"RCPT TO:<support@desk.example>\r\n",
        b"MAIL FROM:<",
        b">\r\n",
        b"RCPT TO:<broken@desk.example>\r\n",
    ),
    *(
        b"Subject: x\r\n\r\n",
        b"\r\n.\r\n",
        b".\r\n",
        b"\r",
        b"\n",
        b"\x00",
        b"\xff\xfe\r\n",
        b"x" * 5000,
    ),
)


def test_no_mixture_of_octets_stops_the_door_or_leaves_anything_behind() -> None:
    chance = random.Random(4711)
    with OpenDoor(a_listener(timeout=0.5)) as door:
        for _ in range(150):
            with (
                socket.create_connection((door.host, door.port), timeout=5) as client,
                contextlib.suppress(OSError),
            ):
                for _ in range(chance.randint(1, 20)):
                    client.sendall(b"".join(chance.choices(WORDS, k=chance.randint(1, 6))))
                client.shutdown(socket.SHUT_WR)
                while client.recv(65536):
                    pass
        with Client(door) as client:
            assert client.send(b"Subject: still here\r\n\r\n").startswith("250")
            assert client.say("QUIT").startswith("221")
            assert client.hear() == ""
        door.stop(5).result(10)
        terms = door.door._terms
        assert (len(terms.links), terms.gate.held) == (0, 0)
    assert door.accepted[-1][0].endswith(b"Subject: still here\r\n\r\n")
    assert all(envelope.rcpt_to for _, envelope in door.accepted)

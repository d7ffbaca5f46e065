"""A DNS server of the tests: it answers what it is told, over UDP and TCP, and lies where it shall
(RFC 1035)."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Sequence
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.servers.process import free_port

SILENT, LAME, GARBAGE = "silent", "lame", "garbage"


class Names:
    """Names that are not told do not exist. Every host that `hosts` names is 127.0.0.1."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], Sequence[str] | str] = {}
        self.asked: list[tuple[str, str]] = []
        names = self

        class Datagram(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                octets, link = self.request
                if (answer := names.answer(octets)) is not None:
                    link.sendto(answer, self.client_address)

        class Stream(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                size = int.from_bytes(self.rfile.read(2), "big")
                if (answer := names.answer(self.rfile.read(size))) is not None:
                    self.wfile.write(len(answer).to_bytes(2, "big") + answer)

        self.port = free_port()  # of the kernel's own one may be a connection's, for TCP
        self._udp = socketserver.ThreadingUDPServer(("127.0.0.1", self.port), Datagram)
        self._tcp = _Tcp(("127.0.0.1", self.port), Stream)
        for server in (self._udp, self._tcp):
            server.daemon_threads = True
            threading.Thread(
                target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            ).start()

    def hosts(self, *names: str) -> None:
        """These are this machine."""
        for name in names:
            self.tell(name, "A", "127.0.0.1")

    def tell(self, name: str, kind: str, *values: str) -> None:
        """What is answered to this question; one word alone may be SILENT, LAME or GARBAGE."""
        trick = values[0] if values and values[0] in (SILENT, LAME, GARBAGE) else None
        self._told[(name.lower(), kind)] = trick or values

    def answer(self, octets: bytes) -> bytes | None:
        """The answer to this question; None for none."""
        try:
            query = dns.message.from_wire(octets)
        except dns.exception.DNSException:
            return None
        question = query.question[0]
        name = question.name.to_text(omit_final_dot=True).lower()
        kind = dns.rdatatype.to_text(question.rdtype)
        self.asked.append((name, kind))
        told = self._told.get((name, kind), ())
        if told == SILENT:
            return None
        if told == GARBAGE:
            return octets[:2] + b"\xff" * 40
        reply: Any = dns.message.make_response(query, recursion_available=True)
        if told == LAME:
            reply.set_rcode(dns.rcode.SERVFAIL)
        elif told:
            reply.answer.append(
                dns.rrset.from_text(question.name, 60, question.rdclass, question.rdtype, *told)
            )
        elif not any(known == name for known, _ in self._told):
            reply.set_rcode(dns.rcode.NXDOMAIN)
        return bytes(reply.to_wire())

    def remove(self) -> None:
        """Answer no more."""
        for server in (self._udp, self._tcp):
            server.shutdown()
            with contextlib.suppress(OSError):
                server.server_close()


class _Tcp(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    address_family = socket.AF_INET

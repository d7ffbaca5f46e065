"""A wire between a client and a server that a test can cut, freeze and mend.

For what happens when a server is away, without stopping the one everybody shares.
"""

from __future__ import annotations

import contextlib
import socket
import threading

from tests.servers.process import NEVER, free_port


class Wire:
    """Listens on a port of its own and carries every byte to the server and back."""

    def __init__(self, host: str, port: int) -> None:
        self._server = (host, port)
        self._ends: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._flowing = threading.Event()
        self._flowing.set()
        self._listener: socket.socket | None = None
        self.port = free_port()
        self.mend()

    def cut(self) -> None:
        """Drop every connection, and refuse new ones."""
        listener, self._listener = self._listener, None
        if listener is not None:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept()
            listener.close()
        with self._lock:
            ends, self._ends = self._ends, set()
        for end in ends:
            hang_up(end)
        self._flowing.set()

    def freeze(self) -> None:
        """Keep the connections and carry nothing any more, as a firewall does that forgot them."""
        self._flowing.clear()

    def mend(self) -> None:
        """Carry again. What was held back while frozen arrives now."""
        self._flowing.set()
        if self._listener is None:
            self._listener = socket.create_server(("127.0.0.1", self.port))
            threading.Thread(
                target=self._accept, args=(self._listener,), name="wire", daemon=True
            ).start()

    def remove(self) -> None:
        """Cut, for good."""
        self.cut()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return  # cut
            try:
                far = socket.create_connection(self._server, timeout=NEVER)
            except OSError:
                near.close()
                continue
            far.settimeout(None)
            with self._lock:
                self._ends |= {near, far}
            for source, sink in ((near, far), (far, near)):
                threading.Thread(
                    target=self._carry, args=(source, sink), name="wire", daemon=True
                ).start()

    def _carry(self, source: socket.socket, sink: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while octets := source.recv(65536):
                self._flowing.wait()
                sink.sendall(octets)
        self._flowing.wait()  # a frozen wire does not tell that somebody hung up, either
        hang_up(source)
        hang_up(sink)


def hang_up(end: socket.socket) -> None:
    """Close it even while another thread reads from it."""
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()

"""Accept connections and never send a byte, as a server does that is frozen."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


class FrozenServer:
    """Count who connects to a socket that the kernel answers for and no program reads."""

    def __init__(self, listening: socket.socket) -> None:
        listening.setblocking(False)
        self._listening = listening
        self._accepted: list[socket.socket] = []
        self.redis_url = f"redis://127.0.0.1:{listening.getsockname()[1]}/0"

    def count_connections(self) -> int:
        """Return how many connections were made so far."""
        while True:
            try:
                self._accepted.append(self._listening.accept()[0])
            except BlockingIOError:
                return len(self._accepted)

    def close(self) -> None:
        """Close what was accepted."""
        for connection in self._accepted:
            connection.close()


@contextmanager
def frozen_server() -> Iterator[FrozenServer]:
    """Run a frozen server on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = FrozenServer(listening)
        try:
            yield server
        finally:
            server.close()

"""A neighbour on loopback that says any bytes to whoever connects, and hangs up: what a client must bear."""

import socket
from contextlib import suppress
from threading import Thread


class Talker:
    """It says `answer` to whoever connects, having read what came first. `port` is where it listens.

    `more` it says after that, without end. `said`: so many bytes of it were taken.
    """

    def __init__(self, answer: bytes = b"", more: bytes = b"") -> None:
        self.answer, self._more = answer, more
        self.asked = self.said = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listening.getsockname()[1]
        Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            connection, _ = self._listening.accept()
            self.asked += 1
            with connection, suppress(OSError):
                connection.settimeout(1)
                self._hear(connection)
                connection.sendall(self.answer)
                while self._more:
                    connection.sendall(self._more)
                    self.said += len(self._more)

    def _hear(self, connection: socket.socket) -> None:
        """Read a request of HTTP as a whole, of others what has come: who is cut off while it speaks hears nothing."""
        heard = connection.recv(1 << 16)
        head, _, body = heard.partition(b"\r\n\r\n")
        _, _, length = head.lower().partition(b"content-length: ")
        left = int(length.split(b"\r\n")[0] or 0) - len(body)
        while left > 0 and (more := connection.recv(1 << 16)):
            left -= len(more)

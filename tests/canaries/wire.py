"""A proxy that reads what a server says: every message, whose login it is for, and its canaries."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from matcher import Hit, Kind, Matcher

_SSL, _GSS, _CANCEL = 80877103, 80877104, 80877102
MESSAGES = {
    "T": "RowDescription",
    "D": "DataRow",
    "E": "ErrorResponse",
    "N": "NoticeResponse",
    "S": "ParameterStatus",
    "A": "NotificationResponse",
    "d": "CopyData",
    "H": "CopyOutResponse",
    "C": "CommandComplete",
}
_IN_FIELDS = ("ErrorResponse", "NoticeResponse")
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Crossing:
    """A canary that came over the wire."""

    login: str
    message: str
    hit: Hit

    @property
    def of_row(self) -> bool:
        """Whether a row's value crossed; of a part nobody knows, so it counts as one."""
        return self.hit.canary is None or self.hit.canary.kind is Kind.ROW


@dataclass(slots=True)
class Record:
    """What came over the wire since it was last looked at."""

    crossings: list[Crossing] = field(default_factory=list)
    tables: set[int] = field(default_factory=set)
    """OIDs of the tables whose columns a RowDescription named."""
    messages: Counter[str] = field(default_factory=Counter)
    bytes: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    """Which fields of errors and notices held a canary."""
    said: list[tuple[str, str, bytes]] = field(default_factory=list)
    """Login, kind and body of each message, to be searched when there is time for it."""

    def search(self, matcher: Matcher) -> None:
        """Find the canaries, once everything is recorded."""
        together: dict[tuple[str, str], list[bytes]] = {}
        for login, kind, body in self.said:
            together.setdefault((login, kind), []).append(body)
        for (login, kind), bodies in together.items():
            hits = matcher.find(b"\n".join(bodies))
            self.crossings += [Crossing(login, kind, hit) for hit in hits]
            if hits and kind in _IN_FIELDS:
                parts = (part for body in bodies for part in body.split(b"\0") if part[1:])
                self.fields.update(chr(part[0]) for part in parts if matcher.find(part[1:]))
        self.said.clear()


class Proxy:
    """Stands before a server; `cut_after` closes a connection in the middle of what is said."""

    def __init__(self, port: int) -> None:
        self._upstream = port
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=20)
        self.port: int = self._listener.getsockname()[1]
        self.record = Record()
        self.cut_after: int | None = None
        """Number of messages after log-in that a connection may bring."""
        self._open: list[socket.socket] = []
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def taken(self, matcher: Matcher) -> Record:
        """Return the record so far, searched, and begin a new one."""
        with self._lock:
            found, self.record = self.record, Record()
        found.search(matcher)
        return found

    def close(self) -> None:
        for each in (self._listener, *self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        server = socket.create_connection(("127.0.0.1", self._upstream))
        self._open += [client, server]
        try:
            opening = self._open_with(client)
            if opening is None:
                return
            server.sendall(opening)
            back = threading.Thread(target=_pass_on, args=(client, server), daemon=True)
            back.start()
            self._listen(server, client, _user(opening))
        except (OSError, EOFError):
            pass
        finally:
            for each in (client, server):
                with contextlib.suppress(OSError):
                    each.shutdown(socket.SHUT_RDWR)
                each.close()

    @staticmethod
    def _open_with(client: socket.socket) -> bytes | None:
        """Return the start-up message; encryption is refused, since it cannot be read."""
        while True:
            head = _exactly(client, 8)
            length, code = struct.unpack("!ii", head)
            message = head + _exactly(client, length - 8)
            if code not in (_SSL, _GSS):
                return message
            client.sendall(b"N")

    def _listen(self, server: socket.socket, client: socket.socket, login: str) -> None:
        """Pass the server's messages on, one by one."""
        left: int | None = None
        while True:
            head = _exactly(server, 5)
            body = _exactly(server, struct.unpack("!i", head[1:])[0] - 4)
            kind = head[:1].decode("latin-1")
            self._note(login, kind, body)
            if kind == "Z" and left is None and self.cut_after is not None:
                left = self.cut_after
            if left is not None:
                left -= 1
                if left < 0:
                    client.sendall((head + body)[: len(body) // 2])
                    return
            client.sendall(head + body)

    def _note(self, login: str, kind: str, body: bytes) -> None:
        name = MESSAGES.get(kind, kind)
        with self._lock:
            self.record.messages[name] += 1
            self.record.bytes += len(body)
            if name == "RowDescription":
                self.record.tables |= set(_described(body))
            if name in MESSAGES.values():
                self.record.said.append((login, name, body))


@contextmanager
def proxied(port: int) -> Iterator[Proxy]:
    proxy = Proxy(port)
    try:
        yield proxy
    finally:
        proxy.close()


def _described(body: bytes) -> Iterator[int]:
    """Yield the table of each column of a RowDescription (PostgreSQL manual, 54.7)."""
    (number,) = struct.unpack_from("!h", body)
    place = 2
    for _ in range(number):
        place = body.index(b"\0", place) + 1
        yield struct.unpack_from("!I", body, place)[0]
        place += 18


def _user(opening: bytes) -> str:
    words = opening[8:].split(b"\0")
    named = dict(zip(words[::2], words[1::2], strict=False))
    return named.get(b"user", b"").decode().partition("_")[0]


def _pass_on(client: socket.socket, server: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while chunk := client.recv(_CHUNK):
            server.sendall(chunk)
        server.shutdown(socket.SHUT_WR)


def _exactly(source: socket.socket, number: int) -> bytes:
    found = bytearray()
    while len(found) < number:
        chunk = source.recv(min(number - len(found), _CHUNK))
        if not chunk:
            raise EOFError
        found += chunk
    return bytes(found)

"""Canaries, and the search for them: every byte, in every form in which a value may travel.

A text is written HEAD · its own letters · TAIL, and HEAD and TAIL are those of the whole run. So
one pass for the two finds all of them, also one of which a part alone is quoted; a second pass
names it. Numbers, UUIDs and addresses begin alike for the same reason.
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
import secrets
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from functools import cached_property
from urllib.parse import quote

_LETTERS = "ghjkmnpqrtvwxyz"
"""No vowel, and nothing that hex is written with."""
_END = 8
_HASHES = ("md5", "sha1", "sha256")
_HEX_RUN = re.compile(rb"[0-9a-f]{32,}")
_BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{22,}")
_DIGEST_BYTES = (16, 20, 32)


class Kind(Enum):
    """What a canary stands for; the value says how far it may get."""

    ROW = "row"
    """A value of a row, or made of one: not over an inspector's wire."""
    LITERAL = "literal"
    """A literal of the schema: Airlock reads it, and lets nobody else."""
    OPTION = "option"
    """A secret in an option or a setting, which no query of Airlock's asks for."""
    TOKEN = "token"
    """A secret that stands in the text of an object: read as a literal is."""
    PASSWORD = "password"
    """Of a login that Airlock uses."""
    CONTROL = "control"
    """Planted where it has to be found."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A unique value; `planted` is what stands in the database, the canary and what is around."""

    kind: Kind
    where: str
    text: str
    planted: str
    binary: bytes | None = None
    """How the server writes it where a client asks for its binary format, if not as text."""

    def __str__(self) -> str:
        return f"{self.kind.value} canary in {self.where}"


@dataclass(frozen=True, slots=True)
class Hit:
    """A canary that was found; of one that is cut off nothing but a part was there."""

    canary: Canary | None
    form: str

    def __str__(self) -> str:
        return f"{self.canary or 'a part of a canary'} ({self.form})"


@dataclass(slots=True)
class Mint:
    """Makes canaries that this run alone knows.

    All of one sort begin alike, so that one pass finds whether there are any.
    """

    head: str = field(default_factory=lambda: _letters(_END))
    tail: str = field(default_factory=lambda: _letters(_END))
    digits: int = field(default_factory=lambda: secrets.randbelow(8 * 10**9) + 10**9)
    half: bytes = field(default_factory=lambda: secrets.token_bytes(6) + b"\x4d\x3c")
    """The first half of all UUIDs, of version 4."""
    network: bytes = field(default_factory=lambda: b"\x20\x01\x0d\xb8\xfa" + secrets.token_bytes(3))
    """The first half of all addresses, of the range for documentation."""
    made: list[Canary] = field(default_factory=list)

    def text(self, kind: Kind, where: str, around: str = "{}") -> str:
        """Return a new text that holds a canary; `around` says what stands beside it."""
        text = f"{self.head}{len(self.made):03}{_letters(2)}{self.tail}"
        return self._note(kind, where, text, around.format(text))

    def number(self, kind: Kind, where: str) -> int:
        """Return a number that fits into a bigint."""
        found = self.digits * 10**8 + secrets.randbelow(10**8)
        self._note(kind, where, str(found), str(found), found.to_bytes(8, "big"))
        return found

    def uuid(self, kind: Kind, where: str) -> str:
        found = uuid.UUID(bytes=self.half + b"\x80" + secrets.token_bytes(7))
        return self._note(kind, where, str(found), str(found), found.bytes)

    def address(self, kind: Kind, where: str) -> str:
        """Return an IPv6 address, as Postgres prints it."""
        found = ipaddress.IPv6Address(self.network + b"\x1f" + secrets.token_bytes(7))
        return self._note(kind, where, str(found), str(found), found.packed)

    def _note(
        self, kind: Kind, where: str, text: str, planted: str, binary: bytes | None = None
    ) -> str:
        canary = Canary(kind=kind, where=where, text=text, planted=planted, binary=binary)
        self.made.append(canary)
        return planted

    def of(self, *kinds: Kind) -> list[Canary]:
        return [canary for canary in self.made if canary.kind in kinds]

    def beginnings(self) -> list[bytes]:
        """Return what canaries have in common, the end of texts included."""
        id = self.half.hex()
        network = str(ipaddress.IPv6Address(self.network + bytes(8))).removesuffix("::")
        texts = (self.head, self.tail, str(self.digits), id, f"{id[:8]}-{id[8:12]}-{id[12:]}")
        return [text.encode() for text in (*texts, network + ":")]

    def binaries(self) -> list[bytes]:
        numbers = (c.binary for c in self.made if c.binary and c.text.isdigit())
        return [self.half, self.network, *numbers]


@dataclass(frozen=True, slots=True)
class Needle:
    """Bytes to look for; `folded` ones are held against the lower-case text."""

    raw: bytes
    form: str
    folded: bool = False


class Matcher:
    """Finds the canaries of a mint, for which everything was planted by now."""

    def __init__(self, mint: Mint) -> None:
        self.mint = mint

    def find(self, data: bytes, *, hashed: bool = True) -> list[Hit]:
        """Return each canary in `data`, once per form; without `hashed`, but for the hashes."""
        folded = data.lower()
        found = [*self._hashed(data, folded)] if hashed else []
        parts = [n.form for n in self._beginnings if n.raw in (folded if n.folded else data)]
        if parts:
            whole = [hit for canary in self.mint.made for hit in self._forms(canary, data, folded)]
            found += whole or [Hit(None, parts[0])]
        return found

    def _forms(self, canary: Canary, data: bytes, folded: bytes) -> Iterator[Hit]:
        known = self._known.setdefault(canary, [])
        if not known:
            known += needles_of(canary)
        forms = dict.fromkeys(n.form for n in known if n.raw in (folded if n.folded else data))
        yield from (Hit(canary, form) for form in forms)

    @cached_property
    def _known(self) -> dict[Canary, list[Needle]]:
        return {}

    @cached_property
    def _beginnings(self) -> list[Needle]:
        texts = [needle for part in self.mint.beginnings() for needle in needles(part)]
        return [*texts, *(n for part in self.mint.binaries() for n in _binary_needles(part))]

    @cached_property
    def _digests(self) -> dict[bytes, Hit]:
        known: dict[bytes, Hit] = {}
        for canary in self.mint.made:
            for text in {*_cases(canary.text), *_cases(canary.planted)}:
                for name in _HASHES:
                    digest = hashlib.new(name, text.encode(), usedforsecurity=False).digest()
                    known[digest.hex().encode()] = Hit(canary, name)
                    for writing in (base64.standard_b64encode, base64.urlsafe_b64encode):
                        known[writing(digest).rstrip(b"=")] = Hit(canary, f"{name} in base64")
        return known

    def _hashed(self, data: bytes, folded: bytes) -> Iterator[Hit]:
        hexadecimal = tuple(2 * size for size in _DIGEST_BYTES)
        base64s = tuple(-(-4 * size // 3) for size in _DIGEST_BYTES)
        seen: set[Hit] = set()
        for text, runs, sizes in (
            (folded, _HEX_RUN, hexadecimal),
            (data, _BASE64_RUN, base64s),
        ):
            for run in set(runs.findall(text)):
                for size in sizes:
                    for start in range(len(run) - size + 1):
                        hit = self._digests.get(run[start : start + size])
                        if hit and hit not in seen:
                            seen.add(hit)
                            yield hit


def needles(raw: bytes) -> list[Needle]:
    """Return all the ways in which bytes may be written."""
    found = [Needle(raw.lower(), "plain or case-folded", folded=True)]
    for case in dict.fromkeys((raw, raw.lower(), raw.upper())):
        found += [
            Needle(case.hex().encode(), "hex", folded=True),
            Needle("".join(f"%{byte:02x}" for byte in case).encode(), "url", folded=True),
            *(Needle(text, "base64") for text in _base64(case)),
        ]
    if (escaped := quote(raw, safe="").lower().encode()) != raw.lower():
        found.append(Needle(escaped, "url", folded=True))
    return found


def needles_of(canary: Canary) -> list[Needle]:
    found = needles(canary.text.encode())
    if "-" in canary.text:
        found += needles(canary.text.replace("-", "").encode())
    if canary.binary is not None:
        found += _binary_needles(canary.binary)
    return found


def _binary_needles(raw: bytes) -> list[Needle]:
    return [
        Needle(raw, "binary"),
        Needle(raw.hex().encode(), "hex of binary", folded=True),
        *(Needle(text, "base64 of binary") for text in _base64(raw)),
    ]


def _base64(raw: bytes) -> set[bytes]:
    """Return the letters that `raw` always gives, wherever among others it stands."""
    found = set()
    for before in range(3):
        # The first and last letters share their bits with what stands beside.
        first, end = -(-8 * before // 6), 8 * (before + len(raw)) // 6
        for writing in (base64.standard_b64encode, base64.urlsafe_b64encode):
            found.add(writing(bytes(before) + raw)[first:end])
    return found


def _cases(text: str) -> Iterable[str]:
    return (text, text.lower(), text.upper())


def _letters(number: int) -> str:
    """Return random letters, of which the second half is in upper case."""
    drawn = [secrets.choice(_LETTERS) for _ in range(number)]
    return "".join(drawn[: number // 2]) + "".join(drawn[number // 2 :]).upper()

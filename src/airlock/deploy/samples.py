"""Values made up from a type alone, as SQL expressions; nothing is ever taken from a row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from airlock.model.names import literal, quote

Sample = Callable[[int], Iterator[str]]
"""From the row's number, from 1, to expressions, the likeliest first."""

_SPREAD = 10
"""How far the bounds of ranges of two rows lie apart."""
_TYPMOD_HEADER = 4
_MOST_ELEMENTS = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Type:
    """A type as `pg_type` has it; `form` is `b`, `d`, `e`, `r`, `m` or `c` (`typtype`)."""

    schema: str
    name: str
    form: str
    element: int
    """OID of an array's element, of a domain's base, of a range's subtype; else 0."""
    is_array: bool
    typmod: int
    """Of a domain's base type."""
    labels: tuple[str, ...]
    """Of an enum, in order."""
    fields: tuple[tuple[int, int], ...]
    """Type and modifier of a composite's attributes."""
    range: int
    """OID of a multirange's range."""
    checks: tuple[str, ...]
    """Definitions of a domain's constraints."""

    @property
    def sql(self) -> str:
        """The name, quoted."""
        return quote(self.schema, self.name)


@dataclass(slots=True, kw_only=True)
class Samples:
    """Makes up values for the types of one database.

    `accepts` says whether the server takes an expression; it is asked about types of extensions,
    whose text form nobody knows beforehand.
    """

    types: dict[int, Type]
    accepts: Callable[[str], bool]
    _known: dict[tuple[int, int], tuple[str, ...]] = field(default_factory=dict)

    def of(self, oid: int, typmod: int, row: int) -> tuple[str, ...]:
        """Return values of a type for a row; none where no value is known."""
        found = self.types.get(oid)
        if found is None:
            return ()
        match found.form:
            case "d":
                return self._domain(found, row)
            case "e":
                shift = (row - 1) % max(len(found.labels), 1)
                labels = (*found.labels[shift:], *found.labels[:shift])
                values = [f"{literal(label)}::{found.sql}" for label in labels]
            case "r":
                values = self._range(found, row)
            case "m":
                values = [f"{found.sql}({value})" for value in self.of(found.range, -1, row)]
            case "c":
                values = self._composite(found, row)
            case _ if found.is_array:
                values = self._array(found, typmod, row)
            case _ if found.schema == "pg_catalog" and found.name in _BASE:
                values = [_fit(found.name, typmod, value) for value in _BASE[found.name](row)]
            case _:
                return self._foreign(oid, typmod, found)
        return tuple(values)

    def _domain(self, found: Type, row: int) -> tuple[str, ...]:
        inner = self.of(found.element, found.typmod, row)
        constants = constants_of(found.checks, inner)
        return tuple(f"cast({value} as {found.sql})" for value in (*inner, *constants))

    def _range(self, found: Type, row: int) -> list[str]:
        low = self.of(found.element, -1, row * _SPREAD)
        high = self.of(found.element, -1, row * _SPREAD + 1)
        if not low or not high:
            return []
        subtype = self.types[found.element].sql
        return [f"{found.sql}(cast({low[0]} as {subtype}), cast({high[0]} as {subtype}))"]

    def _composite(self, found: Type, row: int) -> list[str]:
        values = [self.of(oid, typmod, row)[:1] for oid, typmod in found.fields]
        inside = ", ".join(value[0] if value else "null" for value in values)
        return [f"row({inside})::{found.sql}"]

    def _array(self, found: Type, typmod: int, row: int) -> list[str]:
        element = self.types.get(found.element)
        values = self.of(found.element, typmod, row)
        if element is None or not values:
            return []
        array = f"{element.sql}[]"
        lengths = (values[:1], values[:2], values[:3], ())
        return [f"array[{', '.join(inside)}]::{array}" for inside in lengths]

    def _foreign(self, oid: int, typmod: int, found: Type) -> tuple[str, ...]:
        key = (oid, typmod)
        if key not in self._known:
            size = typmod if 0 < typmod <= _MOST_ELEMENTS else 3
            vector = "[" + ",".join(["1"] * size) + "]"
            texts = (*_UNKNOWN, vector)
            casts = (f"{literal(text)}::{found.sql}" for text in texts)
            self._known[key] = tuple(cast for cast in casts if self.accepts(cast))[:2]
        return self._known[key]


def constants_of(checks: Sequence[str], samples: Sequence[str]) -> tuple[str, ...]:
    """Return values drawn from the constants of CHECK expressions, likely to satisfy them.

    A number is a bound, or the length of a text or an array; `samples` tell which.
    """
    found: dict[str, None] = {}
    is_text = any(sample.startswith(("'", "left(")) for sample in samples[:1])
    is_array = any(sample.startswith("array[") for sample in samples[:1])
    for check in checks:
        for text in _STRING.findall(check):
            found[f"'{text}'"] = None
        for number in _NUMBER.findall(_STRING.sub("", check)):
            near = [number]
            if number.isdigit():
                near += [str(int(number) + 1), str(max(int(number) - 1, 0))]
            for value in near:
                if is_text and value.isdigit() and int(value) <= _MOST_ELEMENTS:
                    found[f"repeat('a', {value})"] = None
                elif is_array and value.isdigit() and int(value) <= _MOST_ELEMENTS:
                    first = samples[0].removeprefix("array[").partition("]")[0].split(", ")[0]
                    array = samples[0].rpartition("::")[2]
                    found[f"array_fill({first}, array[{value}])::{array}"] = None
                elif not is_text and not is_array:
                    found[value] = None
    return tuple(found)


_STRING = re.compile(r"'((?:[^']|'')*)'")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w.])")


def _fit(name: str, typmod: int, value: str) -> str:
    """Return a value in the bounds that a type's modifier sets."""
    if typmod < 0:
        return value
    match name:
        case "varchar" | "bpchar":
            return f"left({value}, {typmod - _TYPMOD_HEADER})"
        case "bit":
            return f"{value}::bit({typmod})"
        case "varbit":
            return f"{value}::bit({min(typmod, 8)})::varbit"
        case "numeric":
            precision = ((typmod - _TYPMOD_HEADER) >> 16) & 0xFFFF
            scale = (((typmod - _TYPMOD_HEADER) & 0x7FF) ^ 1024) - 1024
            if precision - scale < len(value) and value.isdigit():
                return f"{value} * 10.0 ^ {-scale}"
    return value


def _letters(row: int) -> str:
    """Return another short word for each row; the first letters tell them apart."""
    word = ""
    while row:
        row, digit = divmod(row - 1, 26)
        word = chr(ord("a") + digit) + word
    return word


def _numbers(row: int) -> Iterator[str]:
    yield str(row)
    yield str(row * 10)
    yield str(row * 100)
    yield "0"
    yield str(-row)


def _texts(row: int) -> Iterator[str]:
    word = _letters(row)
    for text in (
        f"{word}row", f"{word}@example.com", f"https://example.com/{word}", f"{row}",
        f"{word.upper()}ROW", f"{word.upper()}B", f"{word.upper()}BC", f"{word}b-{word.upper()}B",
        f"{word}-{row}", f"+1415555010{row}", f"#aabbc{row % 10}", f"/{word}/row", f"{word}.row",
        f"1.0.{row}", f"2026-01-{row % 28 + 1:02}", f"00000000-0000-4000-8000-{row:012}",
        "a" * 8 + f"A1!{word}", "x" * 40 + word, "",
    ):  # fmt: skip
        yield literal(text)


def _moments(kind: str, row: int) -> Iterator[str]:
    """Yield moments a day apart, some of them in the past and in the future."""
    for year in (2026, 2001, 2101):
        yield f"({kind} '{year}-01-01' + {row} * interval '1 day')"


def _dates(row: int) -> Iterator[str]:
    for year in (2026, 2001, 2101):
        yield f"(date '{year}-01-01' + {row})"


def _fixed(*patterns: str) -> Sample:
    def sample(row: int) -> Iterator[str]:
        for pattern in patterns:
            yield pattern.format(n=row, m=row % 250, w=_letters(row), d=row % 10)

    return sample


def _booleans(row: int) -> Iterator[str]:
    yield from ("true", "false") if row % 2 else ("false", "true")


_BASE: dict[str, Sample] = {
    "bool": _booleans,
    **dict.fromkeys(("int2", "int4", "int8", "numeric", "float4", "float8", "oid"), _numbers),
    "money": _fixed("{n}::money"),
    **dict.fromkeys(("text", "varchar", "bpchar", "name"), _texts),
    "char": _fixed("'{w}'::\"char\""),
    "bytea": _fixed("convert_to('{w}row', 'UTF8')"),
    "uuid": _fixed("'00000000-0000-4000-8000-{n:012}'::uuid"),
    "timestamp": partial(_moments, "timestamp"),
    "timestamptz": partial(_moments, "timestamptz"),
    "date": _dates,
    "time": _fixed("(time '08:00' + {n} * interval '1 minute')"),
    "timetz": _fixed("(timetz '08:00+00' + {n} * interval '1 minute')"),
    "interval": _fixed("{n} * interval '1 hour'"),
    "json": _fixed("'{{\"n\": {n}}}'::json", "'[{n}]'::json", "'\"{w}\"'::json", "'{n}'::json"),
    "jsonb": _fixed(
        "'{{\"n\": {n}}}'::jsonb",
        "'[{n}]'::jsonb",
        "'\"{w}\"'::jsonb",
        "'{n}'::jsonb",
        "'{{}}'::jsonb",
        "'[]'::jsonb",
    ),
    "jsonpath": _fixed("'$.{w}'::jsonpath"),
    "xml": _fixed("'<{w}/>'::xml"),
    "inet": _fixed("'10.0.0.{m}'::inet"),
    "cidr": _fixed("'10.0.{m}.0/24'::cidr"),
    "macaddr": _fixed("'08:00:2b:01:02:{m:02x}'::macaddr"),
    "macaddr8": _fixed("'08:00:2b:01:02:03:04:{m:02x}'::macaddr8"),
    "bit": _fixed("{m}::bit(8)"),
    "varbit": _fixed("{m}::bit(8)::varbit"),
    "point": _fixed("'({n},{n})'::point"),
    "line": _fixed("'{{1,-1,{n}}}'::line"),
    "lseg": _fixed("'[(0,0),({n},{n})]'::lseg"),
    "box": _fixed("'({n}1,{n}1),({n},{n})'::box"),
    "path": _fixed("'((0,0),({n},{n}))'::path"),
    "polygon": _fixed("'((0,0),({n},0),({n},{n}))'::polygon"),
    "circle": _fixed("'<({n}0,{n}0),1>'::circle"),
    "tsvector": _fixed("'{w}'::tsvector"),
    "tsquery": _fixed("'{w}'::tsquery"),
    "pg_lsn": _fixed("'0/{n}'::pg_lsn"),
    "xid": _fixed("'{n}'::xid"),
    "xid8": _fixed("'{n}'::xid8"),
    "cid": _fixed("'{n}'::cid"),
    "tid": _fixed("'(0,{n})'::tid"),
    "pg_snapshot": _fixed("'{n}:{n}:'::pg_snapshot"),
    "txid_snapshot": _fixed("'{n}:{n}:'::txid_snapshot"),
    "regclass": _fixed("'pg_class'::regclass"),
    "regtype": _fixed("'text'::regtype"),
    "regproc": _fixed("'now'::regproc"),
    "regrole": _fixed("current_user::regrole"),
    "regnamespace": _fixed("'pg_catalog'::regnamespace"),
    "regconfig": _fixed("'simple'::regconfig"),
    "regdictionary": _fixed("'simple'::regdictionary"),
    "regcollation": _fixed("'\"C\"'::regcollation"),
}
_UNKNOWN = ("1", "arow", "arow=>1", "{}", "POINT(0 0)", "(1,2)", "[1,1]")
"""Texts that types of extensions may take: numbers, labels, pairs, shapes."""

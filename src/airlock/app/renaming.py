"""Renames in a comparison: found, confirmed, and carried out before the rest is planned.

What depends on a renamed table or column follows it, and only Postgres knows how: so the renames
run on a copy of the old side, and that copy is what is compared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from airlock.app.sources import Pair
from airlock.diff.renames import Rename, candidates, confirmed, hints
from airlock.errors import UsageError
from airlock.kinds import kind, registry
from airlock.model.finding import Finding, Level
from airlock.model.names import few, spell
from airlock.model.node import Id
from airlock.model.step import Lock, Step, Verb
from airlock.server.address import Address
from airlock.sources.source import Source

Ask = Callable[[str], bool]
"""Asks whoever is there a question; the answer is yes or no."""

_DEEP = 8
"""How often renamed tables may show renamed parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A comparison after its renames: `pair.old` is the old side with the new names."""

    pair: Pair
    renames: tuple[Rename, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def steps(self) -> tuple[Step, ...]:
        """What carries the renames out, before all other steps."""
        return tuple(_step(rename) for rename in self.renames)


def after_renames(pair: Pair, asked: Sequence[str], ask: Ask) -> Renamed:
    """Find renames, and carry out those that somebody confirms; the others are named.

    `asked` are texts `public.users=public.people`. A hint in the new side's SQL confirms too.

    Raises:
        UsageError: a text names no rename that can be told from a drop and a creation.
    """
    kinds = [spec.name for spec in registry().values() if spec.rename is not None]
    wanted = {text: _sides(text) for text in asked}
    given = tuple(hint for text in pair.new.texts for hint in hints(text))
    done: list[Rename] = []
    refused: set[Rename] = set()
    known: set[Rename] = set()
    for _ in range(_DEEP):
        found = candidates(pair.old.catalog, pair.new.catalog, kinds)
        known.update(found)
        sure = set(confirmed(found, given)) | {r for r in found if _is_meant(r, wanted)}
        for rename in found:
            if rename not in sure | refused:
                (sure if ask(_question(rename)) else refused).add(rename)
        if not sure:
            break
        done += sorted(sure)
        pair = replace(pair, old=_carried_out(pair.old, sorted(sure)))
    for text, sides in wanted.items():
        if not any(_is_meant(rename, {text: sides}) for rename in done):
            raise _no_rename(text, known)
    return Renamed(
        pair=pair,
        renames=tuple(done),
        findings=tuple(_maybe(rename) for rename in sorted(refused)),
    )


def _carried_out(source: Source, renames: Sequence[Rename]) -> Source:
    """Return a source as it is when some of it has other names."""
    from airlock.server.connect import connect
    from airlock.sources.live import read_catalog
    from airlock.sources.scope import in_scope, run_by

    clone_before = source.clone

    @contextmanager
    def clone() -> Iterator[Address]:
        with clone_before() as address:
            with connect(address, acting=False) as session:
                for rename in renames:
                    session.execute(_step(rename).text)
            yield address

    with clone() as address, connect(address) as session:
        catalog = run_by(in_scope(read_catalog(session)), source.catalog.role)
    return replace(source, catalog=catalog, clone=clone)


def _step(rename: Rename) -> Step:
    spell_rename = kind(rename.old.kind).rename
    assert spell_rename is not None
    table = rename.old if rename.old.kind == "table" else Id("table", rename.old.path[:2])
    return Step(
        sql=spell_rename(rename.old, rename.new),
        verb=Verb.ALTER,
        target=rename.new,
        lock=Lock.ACCESS_EXCLUSIVE,
        on=(table,),
        hazard="who still asks for the old name fails",
    )


def _sides(text: str) -> tuple[str, str]:
    old, mark, new = text.partition("=")
    if not mark or not old.strip() or not new.strip():
        raise UsageError(f"{text!r} is no rename", hint="Write it as public.users=public.people.")
    return old.strip(), new.strip()


def _is_meant(rename: Rename, wanted: dict[str, tuple[str, str]]) -> bool:
    pair = (spell(*rename.old.path), spell(*rename.new.path))
    short = (pair[0], spell(rename.new.path[-1]))
    return any(sides in (pair, short) for sides in wanted.values())


def _no_rename(text: str, known: set[Rename]) -> UsageError:
    shown = [f"{spell(*r.old.path)}={spell(*r.new.path)}" for r in sorted(known)]
    return UsageError(
        f"{text} is no rename: no two objects of these names differ in nothing but the name",
        hint=f"What may be one: {few(shown)}" if shown else "Nothing here looks like a rename.",
    )


def _question(rename: Rename) -> str:
    kinds = rename.old.kind
    return f"Was {kinds} {spell(*rename.old.path)} renamed to {spell(*rename.new.path)}?"


def _maybe(rename: Rename) -> Finding:
    old, new = spell(*rename.old.path), spell(*rename.new.path)
    return Finding(
        code="rename-or-not",
        level=Level.WARNING,
        message=f"{rename.old.kind} {old} goes and {new}, which is like it, comes",
        key=f"rename-or-not:{rename.old.kind}:{old}:{new}",
        why="If it was renamed, a drop and a creation lose what a rename keeps.",
        fix=f"Say so: --rename {old}={new}, or -- airlock: renamed from {rename.old.path[-1]} "
        "in the SQL.",
    )

"""What the rules about personal data and secrets have in common: they say what a scan found."""

from __future__ import annotations

from collections.abc import Callable

from airlock.checks.act import File
from airlock.checks.exposure.found import Kind, masked
from airlock.checks.exposure.places import Where
from airlock.checks.exposure.scan import Exposed, exposed
from airlock.checks.rule import Hit, Hits
from airlock.model.finding import Level


def personal(kind: Kind) -> Callable[[File], Hits]:
    """Return the check for one kind of data about people.

    It matters most where it is written to a table, and least in a comment.
    """

    def check(file: File) -> Hits:
        for each in exposed(file):
            if each.span.kind is kind:
                yield _hit(file, each, each.span.level or _weight(each))

    return check


def secret(kind: Kind) -> Callable[[File], Hits]:
    """Return the check for one kind of secret, which is as bad anywhere."""

    def check(file: File) -> Hits:
        for each in exposed(file):
            if each.span.kind is kind:
                yield _hit(file, each, each.span.level)

    return check


def _weight(each: Exposed) -> Level | None:
    if each.table is not None or each.where is Where.ROWS:
        return None
    return Level.NOTE if each.where is Where.COMMENT else Level.WARNING


def _hit(file: File, each: Exposed, level: Level | None) -> Hit:
    span = each.span
    value = file.text[span.start : span.end]
    place = f"is written to {each.table}" if each.table else f"stands {each.where}"
    return Hit(
        message=f"{span.what} {place}: {masked(value)}",
        at=span.start,
        length=max(1, min(span.end - span.start, _to_line_end(file, span.start))),
        level=level,
        subject=str(span.start - file.text.rfind("\n", 0, span.start)),
    )


def _to_line_end(file: File, start: int) -> int:
    end = file.text.find("\n", start)
    return (end if end >= 0 else len(file.text)) - start

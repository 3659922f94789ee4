"""Storage parameters and other `name=value` options, as catalogs keep them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from airlock.model.names import literal, quote

Options = tuple[str, ...]
"""Texts `name=value` in the order of the catalog, which pg_dump keeps; a parameter of the TOAST
table starts with `toast.`."""


def options(*lists: Iterable[str] | None) -> Options:
    """Return options as one list; None is an empty one."""
    if not any(lists):
        return ()
    return tuple(each for listed in lists for each in listed or ())


def spelled(found: Options) -> str:
    """Return options as they stand in parentheses: `"fillfactor" = '70'`."""
    return ", ".join(f"{_name(name)} = {literal(value)}" for name, value in _pairs(found))


def with_clause(found: Options) -> str:
    """Return ` with (…)`, empty where there is no option."""
    return f" with ({spelled(found)})" if found else ""


def set_and_reset(old: Options, new: Options) -> Iterator[str]:
    """Yield the actions of an ALTER that lead from one list to the other.

    What is set comes last in the catalog, so that another order takes setting all.
    """
    before, after = dict(_pairs(old)), dict(_pairs(new))
    gone = sorted(before.keys() - after.keys())
    if gone:
        yield f"reset ({', '.join(_name(name) for name in gone)})"
    kept = tuple(each for each in old if each in new)
    changed = tuple(each for each in new if each not in old)
    if kept + changed != new:
        changed = new
    if changed:
        yield f"set ({spelled(changed)})"


def _pairs(found: Options) -> Iterator[tuple[str, str]]:
    for each in found:
        name, _, value = each.partition("=")
        yield name, value


def _name(name: str) -> str:
    return quote(*name.split("."))

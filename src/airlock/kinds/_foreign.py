"""Options of foreign-data objects: every name, and the value only where it is plain schema.

An option of a wrapper, server, foreign table or its column may be a host, a login, a key or the
text of a remote query, and a wrapper may give any name any meaning. So a value leaves the server
only under a name in `PLAIN`: names that well-known wrappers use for what a schema is made of
(which remote table, which file format, how many rows at a time). Of every other option the name
alone is read; the query itself cuts the value off. What is not known cannot be written either: a
statement sets such an option to the empty string and says so in its hazard.

An option is kept as `name=value`, or as `name` where the value stays on the server. Two values
that stay are never compared, not even by a hash: short ones could be guessed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from airlock.model.names import literal, quote
from airlock.model.node import Id

Options = tuple[str, ...]
"""Sorted texts, `name=value` or `name`."""

_PLAIN_WORDS = """
    async_capable analyze_sampling batch_size column_name delimiter encoding escape extensions
    fdw_startup_cost fdw_tuple_cost fetch_size filename force_not_null force_null format header
    keep_connections log_verbosity null object on_error parallel_abort parallel_commit prefetch
    quote readonly reject_limit row_estimate_method rowid_column schema schema_name startup_cost
    table table_name truncatable updatable use_remote_estimate
"""
PLAIN = frozenset(_PLAIN_WORDS.split())


def readable(column: str) -> str:
    """Return an expression: the options in `column`, values cut off unless they are plain."""
    names = ", ".join(literal(name) for name in sorted(PLAIN))
    return f"""(
            select array_agg(
              o.option_name
              || case when o.option_name in ({names}) then '=' || o.option_value else '' end
            )
            from pg_options_to_table({column}) o
          )"""


def options(found: Iterable[str] | None) -> Options:
    """Return options in their one order; None is an empty list."""
    return tuple(sorted(found)) if found else ()


def clause(found: Options) -> str:
    """Return ` options (…)`, empty where there is no option."""
    return f" options ({', '.join(_set(each) for each in found)})" if found else ""


def changes(old: Options, new: Options) -> str | None:
    """Return the clause of an ALTER that leads from one list to the other, None where none does.

    A value that becomes unknown is left as it is.
    """
    before, after = dict(_pairs(old)), dict(_pairs(new))
    actions = [f"drop {quote(name)}" for name in sorted(before.keys() - after.keys())]
    for name, value in sorted(after.items()):
        if name not in before:
            actions.append(f"add {_set(_joined(name, value))}")
        elif value is not None and before[name] != value:
            actions.append(f"set {_set(_joined(name, value))}")
    return f"options ({', '.join(actions)})" if actions else None


def unknown(new: Options, old: Options = ()) -> tuple[str, ...]:
    """Return the names of options in `new` and not in `old` whose values are not known."""
    before = dict(_pairs(old))
    return tuple(name for name, value in _pairs(new) if value is None and name not in before)


def hazard(new: Options, old: Options = ()) -> str | None:
    """Return what a reviewer has to do about values that are not known."""
    names = unknown(new, old)
    if not names:
        return None
    one = len(names) == 1
    return (
        f"the value{'' if one else 's'} of {', '.join(names)} {'is' if one else 'are'} not known"
        f" and set to '': set {'it' if one else 'them'} by hand"
    )


def hidden(found: Options, of: Id) -> str | None:
    """Return which values were not read, None where all were."""
    names = unknown(found)
    if not names:
        return None
    return f"value{'s' if len(names) > 1 else ''} of option {', '.join(names)} of {of}"


def _pairs(found: Options) -> Iterator[tuple[str, str | None]]:
    for each in found:
        name, known, value = each.partition("=")
        yield name, value if known else None


def _joined(name: str, value: str | None) -> str:
    return name if value is None else f"{name}={value}"


def _set(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{quote(name)} {literal(value).strip()}"

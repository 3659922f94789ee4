"""Which rules run: those that are on by themselves, and what the project and the caller say.

A rule is meant by its code (`AL101`), its name (`index-not-concurrent`), the start of codes
(`AL1`), or `all`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from airlock.checks.registry import Listed, registry
from airlock.checks.run import Selection
from airlock.errors import UsageError
from airlock.model.finding import Level

ALL = "all"


def selection(
    *,
    select: Sequence[str] = (),
    extend: Sequence[str] = (),
    ignore: Sequence[str] = (),
    levels: Mapping[str, Level] | None = None,
) -> Selection:
    """Return the rules that run, each with its level.

    With `select` these alone run; else those that are on by themselves, and `extend`. `ignore`
    wins over both.

    Raises:
        UsageError: a word means no rule.
    """
    chosen = (
        meant(select)
        if select
        else {code for code, each in registry().items() if not each.rule.opt_in} | meant(extend)
    )
    chosen -= meant(ignore)
    own = {code: level for word, level in (levels or {}).items() for code in meant([word])}
    return Selection(
        levels={
            code: own.get(code, listed.rule.level)
            for code, listed in registry().items()
            if code in chosen
        }
    )


def meant(words: Sequence[str]) -> set[str]:
    """Return the codes that words stand for.

    Raises:
        UsageError: one stands for none.
    """
    found: set[str] = set()
    for word in words:
        codes = {each.code for each in registry().values() if _is_meant(each, word)}
        if not codes:
            known = [name for each in registry().values() for name in (each.code, each.name)]
            close = get_close_matches(word.upper(), known, 1) or get_close_matches(word, known, 1)
            raise UsageError(
                f"there is no rule {word}",
                hint=f"Did you mean {close[0]}?" if close else "airlock explain lists all rules.",
            )
        found |= codes
    return found


def _is_meant(each: Listed, word: str) -> bool:
    code = word.upper()
    starts = each.code.startswith(code) and any(character.isdigit() for character in code)
    return starts or word.lower() in {each.name, ALL}

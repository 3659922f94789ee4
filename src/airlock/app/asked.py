"""What a caller asks of `airlock check`; it is known before anything is loaded."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a caller asks of the rules beside what the project has set."""

    select: tuple[str, ...] = ()
    extend: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    baseline: bool = True
    """Whether what the baseline holds is left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """How far a check goes."""

    strict_major: bool = False
    rollbacks: bool = True
    rules: Asked | None = field(default_factory=Asked)
    """None where no rule is to look."""
    since: str | None = None
    """A git ref: the rules look at what is not in it, whatever is pending."""
    whole: bool = False
    """Whether the rules look at all files."""
    unsafe_fixes: bool = False
    """Whether edits are made that change what a file makes."""

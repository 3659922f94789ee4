"""What a protected environment is not to run: statements whose answers would carry rows out."""

from __future__ import annotations

from collections.abc import Sequence

from airlock.errors import Refused
from airlock.model.finding import Finding
from airlock.model.migration import Migration, Seed


class AnswersRefused(Refused):
    """A file would have the server send rows of a protected environment; nothing was changed."""

    code = "boundary"

    def __init__(self, environment: str, findings: Sequence[Finding]) -> None:
        number = len(findings)
        what = "a statement" if number == 1 else f"{number} statements"
        super().__init__(
            f"{environment} is protected, and {what} of what is pending would answer with rows",
            hint=findings[0].fix,
        )
        self.findings = tuple(findings)


def answering(files: Sequence[Migration | Seed], *, environment: str) -> tuple[Finding, ...]:
    """Return a finding for each statement of these files that would answer with rows."""
    from airlock.sources.answers import answers
    from airlock.sources.sqltext import cut

    return tuple(
        finding
        for file in files
        for finding in answers(cut(file.path, file.raw.decode()), environment=environment)
    )


def refuse_answers(files: Sequence[Migration | Seed], *, environment: str) -> None:
    """Raise where files would have a protected environment answer with rows.

    Raises:
        AnswersRefused: they would.
    """
    if found := answering(files, environment=environment):
        raise AnswersRefused(environment, found)

"""What tests of the baseline do as the Data API and as the platform."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airlock.server.baseline.lent import hand_over, hosted_allows
from airlock.server.connect import Session

ANA = "00000000-0000-0000-0000-00000000000a"
BEN = "00000000-0000-0000-0000-00000000000b"


@contextmanager
def asking(session: Session, role: str, user: str = "") -> Iterator[None]:
    """What the Data API does before a request's query."""
    with session.transaction():
        session.fetch(
            "select set_config('role', %s, true), set_config('request.jwt.claims', %s, true)",
            (role, f'{{"sub": "{user}", "role": "{role}", "email": "a@b.c"}}' if user else ""),
        )
        yield


def lend(session: Session, tag: str, text: str) -> None:
    """Run a statement as the platform does: with its rights, which leave nothing behind."""
    assert hosted_allows(tag, text)
    with session.elevated():
        session.execute(text)
        if (sql := hand_over(tag)) is not None:
            session.execute(sql)

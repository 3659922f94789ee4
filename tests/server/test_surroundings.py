"""What programs that are started see."""

from __future__ import annotations

import pytest

from airlock.server.surroundings import surroundings


@pytest.mark.parametrize(
    "name", ["PATH", "HOME", "GIT_DIR", "LC_ALL", "PIP_CERT", "https_proxy", "LD_LIBRARY_PATH"]
)
def test_what_a_program_needs_is_handed_on(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "here")
    assert surroundings()[name] == "here"


@pytest.mark.parametrize("name", ["PRODUCTION_URL", "DATABASE_URL", "PGPASSWORD", "ANYTHING"])
def test_nothing_else_is(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "postgresql://me:secret@host/db")
    assert "secret" not in str(surroundings())

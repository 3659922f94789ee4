"""What each version is in one environment, and which states forbid a deployment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from airlock.deploy.standing import HistoryRefused, obstacles, remarks, standings
from airlock.model.finding import Level
from airlock.model.migration import Applied, Layout, Migration, Standing, State, version_key
from makers import migration


def applied(of: Migration, **changes: object) -> Applied:
    """The row that Airlock writes of a file."""
    row = Applied(
        version=of.version,
        name=of.name,
        path=of.path,
        sha256=of.sha256,
        normalised="n",
        formula=1,
        done=2,
        total=2,
    )
    return replace(row, **changes)  # type: ignore[arg-type]


def foreign(version: str) -> Applied:
    """The row that another tool leaves."""
    return Applied(version=version, name="x")


def hold(
    files: list[Migration],
    rows: list[Applied],
    *,
    same: bool = True,
    layout: Layout = Layout.SUPABASE,
) -> tuple[Standing, ...]:
    return standings(
        files,
        rows,
        same_meaning=lambda _, __: same,
        version_key=lambda version: version_key(layout, version),
    )


def states(found: tuple[Standing, ...]) -> list[tuple[str, State]]:
    return [(standing.version, standing.state) for standing in found]


ONE, TWO, THREE = (migration(version, f"select {version};") for version in "123")
OTHER_BYTES = replace(ONE, raw=b"select 1 ;", sha256="other")


def test_what_is_applied_and_what_is_not() -> None:
    found = hold([ONE, TWO], [applied(ONE)])
    assert states(found) == [("1", State.APPLIED), ("2", State.PENDING)]
    assert obstacles(found, environment="staging", allow_out_of_order=False) == ()
    assert remarks(found, environment="staging") == ()


def test_applied_by_another_tool() -> None:
    assert states(hold([ONE], [foreign("1")])) == [("1", State.APPLIED)]
    assert states(hold([ONE], [foreign("1")], same=False)) == [("1", State.EDITED)]


def test_same_bytes_need_no_closer_look() -> None:
    assert states(hold([ONE], [applied(ONE)], same=False)) == [("1", State.APPLIED)]


@pytest.mark.parametrize(
    ("rows", "state"),
    [
        ([applied(ONE, done=0, recorded=False)], State.PENDING),
        ([applied(ONE, recorded=False)], State.PENDING),
        ([applied(ONE, done=1, recorded=False)], State.HALF_APPLIED),
        ([applied(ONE, done=0, unsettled=1, recorded=False)], State.HALF_APPLIED),
        ([applied(ONE, done=1)], State.APPLIED),
    ],
)
def test_what_stopped(rows: list[Applied], state: State) -> None:
    """Nothing committed, taken back by another tool, half-way, or finished by another tool."""
    (standing,) = hold([ONE], rows)
    assert standing.state is state
    assert (standing.applied is None) is (state is State.PENDING)


@pytest.mark.parametrize("done", [0, 2])
def test_a_failed_file_that_was_renamed_since_is_forgotten(done: int) -> None:
    assert states(hold([TWO], [applied(ONE, done=done, recorded=False)])) == [("2", State.PENDING)]


def test_versions_are_compared_as_the_layout_says() -> None:
    files = [migration(version, "select 1;") for version in ("3", "10")]
    rows = [applied(files[0])]
    assert states(hold(files, rows)) == [("10", State.OUT_OF_ORDER), ("3", State.APPLIED)]
    plain = hold(files, rows, layout=Layout.PLAIN)
    assert states(plain) == [("3", State.APPLIED), ("10", State.PENDING)]


def test_files_of_one_version_stand_side_by_side() -> None:
    twin = replace(ONE, path="supabase/migrations/1_twin.sql")
    found = hold([ONE, twin, TWO], [applied(ONE)])
    assert states(found) == [
        ("1", State.DUPLICATE),
        ("1", State.DUPLICATE),
        ("2", State.PENDING),
    ]


FORBIDDEN = {
    "edited": (
        [OTHER_BYTES],
        [applied(ONE)],
        "history-edited",
        "supabase/migrations/1_file.sql was edited after it was applied to staging",
    ),
    "out of order": (
        [ONE, TWO],
        [applied(TWO)],
        "history-out-of-order",
        "supabase/migrations/1_file.sql is older than the newest migration applied to staging",
    ),
    "duplicate": (
        [ONE, replace(ONE, path="b")],
        [],
        "history-duplicate",
        "supabase/migrations/1_file.sql shares version 1 with another file",
    ),
    "missing": (
        [TWO],
        [applied(ONE)],
        "history-missing",
        "supabase/migrations/1_file.sql was applied to staging and is gone from disk",
    ),
    "remote only": (
        [TWO],
        [foreign("1")],
        "history-remote-only",
        "version 1 was applied to staging by another tool; no file has it",
    ),
    "half applied and edited": (
        [OTHER_BYTES],
        [applied(ONE, done=1, recorded=False)],
        "history-half-applied-edited",
        "supabase/migrations/1_file.sql is half applied to staging, and its first 1 statements "
        "changed since",
    ),
    "half applied and missing": (
        [TWO],
        [applied(ONE, done=1, recorded=False)],
        "history-missing",
        "supabase/migrations/1_file.sql is half applied to staging and is gone from disk",
    ),
}


@pytest.mark.parametrize("case", FORBIDDEN)
def test_obstacle(case: str) -> None:
    files, rows, code, message = FORBIDDEN[case]
    found = hold(files, rows, same=False)
    first, *_ = obstacles(found, environment="staging", allow_out_of_order=False)
    assert (first.code, first.level, first.message) == (code, Level.ERROR, message)
    assert first.key == f"{code}:staging:1"
    assert first.fix
    assert "{" not in f"{first.message}{first.why}{first.fix}"


def test_out_of_order_can_be_allowed_and_nothing_else() -> None:
    found = hold([ONE, TWO, THREE], [applied(TWO), foreign("4")])
    kept = obstacles(found, environment="staging", allow_out_of_order=True)
    assert [finding.code for finding in kept] == ["history-remote-only"]


def test_remarks_forbid_nothing() -> None:
    found = hold([OTHER_BYTES, TWO], [applied(ONE), applied(TWO, done=1, recorded=False)])
    assert states(found) == [("1", State.RESTYLED), ("2", State.HALF_APPLIED)]
    assert obstacles(found, environment="staging", allow_out_of_order=False) == ()
    said = remarks(found, environment="staging")
    assert [finding.code for finding in said] == ["history-restyled", "history-half-applied"]
    assert said[1].message == (
        "supabase/migrations/2_file.sql is half applied to staging: 1 of its 2 statements are "
        "committed"
    )


def test_refusal_counts_what_forbids_it() -> None:
    found = obstacles(
        hold([ONE], [foreign("4"), foreign("5")]), environment="staging", allow_out_of_order=False
    )
    assert str(HistoryRefused("staging", found)) == (
        "nothing was deployed to staging: 2 things forbid it"
    )
    one = HistoryRefused("staging", found[:1])
    assert str(one) == "nothing was deployed to staging: one thing forbids it"
    assert one.hint == found[0].fix

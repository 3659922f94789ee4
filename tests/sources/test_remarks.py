from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from trees import FOLDER, plain, supabase

from airlock.model.finding import Finding, Level
from airlock.model.migration import Migration, Project
from airlock.sources.remarks import remarks
from airlock.sources.sqltext import cut


def told(subject: Project | Migration, *, text: bool = True) -> list[Finding]:
    if isinstance(subject, Project) or not text:
        return list(remarks(subject))
    return list(remarks(subject, cut(subject.path, subject.raw.decode())))


def only(root: Path, content: str | bytes) -> Migration:
    shutil.rmtree(root / "supabase", ignore_errors=True)
    (migration,) = supabase(root, {"1_a.sql": content}).migrations
    return migration


def test_an_ordinary_file_has_no_remarks(tmp_path: Path) -> None:
    assert told(only(tmp_path, "create table t ();\nselect '\\x';\nsavepoint a;\n")) == []


def test_remarks_on_bytes(tmp_path: Path) -> None:
    (bom, crlf) = told(only(tmp_path, "\ufeffselect 1;\r\n"))
    assert (bom.code, crlf.code) == ("file-bom", "file-crlf")
    assert {bom.level, crlf.level} == {Level.NOTE}
    assert "Windows line ends" in crlf.message
    (mixed,) = told(only(tmp_path, "select 1;\nselect 2;\r\n"), text=False)
    assert "mixes line ends" in mixed.message
    assert str(mixed.where) == f"{FOLDER}/1_a.sql:2"


@pytest.mark.parametrize(
    ("content", "what"), [("", "is empty"), ("-- a\n;", "only comments"), ("\ufeff\n", "is empty")]
)
def test_remarks_on_a_file_without_statements(tmp_path: Path, content: str, what: str) -> None:
    finding = told(only(tmp_path, content))[-1]
    assert (finding.code, finding.level) == ("file-empty", Level.NOTE)
    assert what in finding.message


def test_remarks_on_transaction_control(tmp_path: Path) -> None:
    (finding,) = told(only(tmp_path, "-- é\nselect 1; begin work;\nselect 2;\ncommit;\n"))
    assert (finding.code, finding.level) == ("file-own-transaction", Level.WARNING)
    assert str(finding.where) == f"{FOLDER}/1_a.sql:2:11"
    assert finding.length == len("begin work")
    assert finding.source.startswith("-- é")
    assert finding.key == f"file-own-transaction:{FOLDER}/1_a.sql"


def test_remarks_on_psql_commands(tmp_path: Path) -> None:
    text = (
        "\\restrict abc\n\\connect other\nselect 1;\n  \\i more.sql\n"
        "select format('x')\n  \\gexec\nselect 2;\n"
    )
    found = told(only(tmp_path, text))
    assert [(f.level, str(f.where).rpartition("sql:")[2], f.length) for f in found] == [
        (Level.NOTE, "1:1", len("\\restrict")),
        (Level.ERROR, "2:1", len("\\connect")),
        (Level.ERROR, "4:3", len("\\i")),
        (Level.ERROR, "6:3", len("\\gexec")),
    ]
    assert {f.code for f in found} == {"file-psql-command"}
    assert "DO block" in str(found[-1].fix)
    assert len({f.key for f in found}) == 4
    (inline,) = told(only(tmp_path, "select 1 \\g\nselect 2;"))
    assert str(inline.where).endswith(":1:10")


def test_remarks_on_names(tmp_path: Path) -> None:
    project = supabase(
        tmp_path, {"1_a.sql": "", "1_A.sql": "", "2_b.down.sql": "", "x.sql": "", "2_b.sql": ""}
    )
    messages = [finding.message for finding in told(project)]
    assert len(messages) == 3
    assert "x.sql is passed over" in messages[0]
    assert "differ in letter case alone" in messages[1]
    assert "runs forward" in messages[2]
    assert {finding.level for finding in told(project)} == {Level.WARNING}


def test_remarks_on_numbers_written_twice(tmp_path: Path) -> None:
    (finding,) = told(plain(tmp_path, {"1_a.sql": "", "001_b.sql": "", "2_c.sql": ""}))
    assert "same number" in finding.message

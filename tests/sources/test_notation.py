"""How a source is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from airlock.errors import UsageError
from airlock.sources.notation import Form, Notation, understand

ENVIRONMENTS = ("local", "staging", "production")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("staging", Notation(form=Form.ENVIRONMENT, rest="staging")),
        ("empty", Notation(form=Form.EMPTY)),
        ("migrations", Notation(form=Form.MIGRATIONS)),
        ("migrations@2026", Notation(form=Form.MIGRATIONS, version="2026")),
        ("dir:a/b", Notation(form=Form.FOLDER, rest="a/b")),
        ("dir:a/b@7", Notation(form=Form.FOLDER, rest="a/b", version="7")),
        ("dir:odd@name", Notation(form=Form.FOLDER, rest="odd@name")),
        ("dir:odd@name@7", Notation(form=Form.FOLDER, rest="odd@name", version="7")),
        ("sql:x.sql", Notation(form=Form.SQL, rest="x.sql")),
        ("sql:C:/x.sql", Notation(form=Form.SQL, rest="C:/x.sql")),
        ("snapshot:s.json", Notation(form=Form.SNAPSHOT, rest="s.json")),
        ("git:v1.2~3", Notation(form=Form.GIT, rest="v1.2~3")),
        ("git:HEAD@{1}", Notation(form=Form.GIT, rest="HEAD@{1}")),
        ("postgres://h/d", Notation(form=Form.URL, rest="postgres://h/d")),
        ("postgresql://u:p@h/d", Notation(form=Form.URL, rest="postgresql://u:p@h/d")),
    ],
)
def test_every_form(text: str, expected: Notation, tmp_path: Path) -> None:
    (tmp_path / "odd@name").mkdir()
    assert understand(text, environments=ENVIRONMENTS, start=tmp_path) == expected


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("stagin", "Did you mean 'staging'?"),
        ("migration", "Did you mean 'migrations'?"),
        ("migratons@3", "Did you mean 'migrations'?"),
        ("emty", "Did you mean 'empty'?"),
        ("snap:s.json", "Did you mean 'snapshot:s.json'?"),
        ("schemas", "Did you mean 'sql:schemas'?"),
        ("folder", "Did you mean 'dir:folder'?"),
        ("s.json", "Did you mean 'snapshot:s.json'?"),
        ("one.sql", "Did you mean 'sql:one.sql'?"),
        ("zzzz", "Known forms: an environment, migrations"),
        ("", "Environments: local, staging, production."),
        ("migrations@", "Such as: migrations@"),
        ("dir:", "Such as: dir:"),
        ("git:", "Such as: git:main"),
        ("mysql://u:secret@h/d", "postgresql://USER"),
    ],
)
def test_what_is_no_source(text: str, hint: str, tmp_path: Path) -> None:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/users.sql").touch()
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder/01_users.sql").touch()
    (tmp_path / "s.json").touch()
    (tmp_path / "one.sql").touch()
    with pytest.raises(UsageError) as caught:
        understand(text, environments=ENVIRONMENTS, start=tmp_path)
    assert hint in (caught.value.hint or "")
    assert "secret" not in caught.value.message

"""What must hold of the repository itself, whatever the code does."""

from __future__ import annotations

import ast
import hashlib
import importlib.metadata
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import pytest
from hatchling.builders.wheel import WheelBuilder

import airlock

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "airlock"
EXAMPLE = ROOT / "examples" / "careers"

APACHE_2 = "cfc7749b96f63bd31c3c42b5c471bf756814053e847c10f3eb003417bc523d30"
"""SHA-256 of the licence's text as its authors publish it."""

PERMITTED = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "LGPL-3.0-only", "MIT", "PSF-2.0"}

REGISTRIES = ("pypi.", "pythonhosted.", "npmjs.", "yarnpkg.", "deb.debian.", "crates.", "anaconda.")
HOST = re.compile("|".join(rf"\b{re.escape(name)}(?:org|com|io)\b" for name in REGISTRIES))
INVENTED = ("dev", "linuxbrew", "user")
"""Homes that are nobody's: those of examples, and Homebrew's on Linux."""
PERSONAL = re.compile(
    r"(?:/home|/Users|[A-Z]:\\Users)[/\\]"
    rf"(?!(?:{'|'.join(INVENTED)})\b)[\w.-]+[/\\]"
    r"|/(?:root)/"
)
HERE = [str(place) for place in (ROOT, Path.home()) if len(place.parts) > 2]
"""Where this very checkout and its owner's home are."""
LOCKS = re.compile(r"(?:^|/)(?:(?:uv|poetry|pdm|Pipfile|yarn)\.lock|(?:package|pnpm)-lock\.\w+)$")

MODULES = sorted(PACKAGE.rglob("*.py"))


def project() -> dict[str, Any]:
    """Return the [project] table of pyproject.toml."""
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return table


@pytest.fixture(scope="module")
def tracked() -> list[str]:
    """Paths of the files that git holds, relative to the root."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    # A checkout may belong to another user, in a container for one.
    git = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT)]
    listed = subprocess.run([*git, "ls-files", "-z"], check=True, capture_output=True, text=True)
    return [path for path in listed.stdout.split("\0") if path and (ROOT / path).is_file()]


def private_names(text: str) -> list[str]:
    """Return the registry hosts and the developers' paths that a text names."""
    named = [match.group() for pattern in (HOST, PERSONAL) for match in pattern.finditer(text)]
    return named + [place for place in HERE if place in text]


@pytest.mark.parametrize(
    "text",
    [
        "--index-url https://" + "pypi." + "org/simple",
        "resolved: files." + "pythonhosted." + "org",
        "https://registry." + "npmjs." + "org/left-pad",
        "see " + "/home" + "/asha/airlock/notes",
        "C:" + "\\Users\\" + "asha\\airlock",
        "/ro" + "ot/.cache",
        f"see {ROOT}",
    ],
)
def test_private_names_are_seen(text: str) -> None:
    assert private_names(text)


def test_no_file_names_a_registry_or_a_developers_machine(tracked: list[str]) -> None:
    found = {}
    for path in tracked:
        text = (ROOT / path).read_bytes().decode("utf-8", errors="replace")
        if names := private_names(text):
            found[path] = names
    assert not found


def test_there_is_no_lock_file(tracked: list[str]) -> None:
    assert LOCKS.search("web/" + "package-lock" + ".json")
    assert not [path for path in tracked if LOCKS.search(path)]


def test_no_file_is_ignored_and_tracked(tracked: list[str]) -> None:
    caches = {".venv", "__pycache__", ".mypy_cache", ".ruff_cache", ".bench"}
    assert not [path for path in tracked if caches & set(PurePosixPath(path).parts)]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_module(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "a module opens with a docstring"
    assert text.count("\n") <= 450, "a module has one idea"


def test_import_contracts_hold() -> None:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_version_is_in_the_changelog() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text()
    released = re.findall(r"^## \[(\d+\.\d+\.\d+)\] - \d{4}-\d\d-\d\d$", changelog, re.MULTILINE)
    assert released[0] == airlock.__version__


def test_licence_is_apache() -> None:
    assert hashlib.sha256((ROOT / "LICENSE").read_bytes()).hexdigest() == APACHE_2
    assert project()["license"] == "Apache-2.0"


def licence(distribution: str) -> str:
    """Return the licence that an installed distribution states, as an SPDX identifier."""
    metadata = importlib.metadata.metadata(distribution).json
    stated = str(metadata.get("license_expression") or metadata.get("license"))
    return {"3-Clause BSD License": "BSD-3-Clause"}.get(stated, stated)


def test_every_dependency_has_a_permitted_licence() -> None:
    installed = {found.name.lower() for found in importlib.metadata.distributions()}
    checked = {name: licence(name) for name in pins("run.txt") if name in installed}
    assert "psycopg" in checked
    assert {name: stated for name, stated in checked.items() if stated not in PERMITTED} == {}
    assert licence("hypothesis") not in PERMITTED, "a licence outside the list is noticed"


def pins(name: str) -> dict[str, str]:
    """Return name and version of what a requirements file pins."""
    text = (ROOT / "requirements" / name).read_text()
    found = re.findall(r"^([a-z0-9._-]+)==(\S+)", text, re.MULTILINE)
    assert found
    return dict(found)


def wanted(requirements: list[str]) -> Iterator[str]:
    """Return the names in a list of requirements, as the pins write them."""
    for requirement in requirements:
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        assert match
        yield re.sub(r"[-_.]+", "-", match.group()).lower()


def test_every_dependency_is_pinned_with_hashes() -> None:
    run, dev = pins("run.txt"), pins("dev.txt")
    assert set(wanted(project()["dependencies"])) <= run.keys()
    assert set(wanted(project()["optional-dependencies"]["dev"])) <= dev.keys()
    assert run.items() <= dev.items(), "what is tested is what is installed"
    for name in ("run.txt", "dev.txt"):
        text = (ROOT / "requirements" / name).read_text()
        blocks = re.split(r"^(?=[a-z0-9._-]+==)", text, flags=re.MULTILINE)[1:]
        assert all("--hash=sha256:" in block for block in blocks)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """Names of the files in a wheel that is built here and now."""
    folder = tmp_path_factory.mktemp("wheel")
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(folder), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        return set(archive.namelist())


def data_files(folder: Path) -> Iterator[str]:
    """Paths of all files below a folder, caches left out, relative to it."""
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(folder).as_posix()


def test_wheel_holds_the_package_and_its_data(wheel: set[str]) -> None:
    assert {f"airlock/{path}" for path in data_files(PACKAGE)} <= wheel
    assert "airlock/py.typed" in wheel


def test_wheel_holds_the_example(wheel: set[str]) -> None:
    expected = {f"airlock/examples/careers/{path}" for path in data_files(EXAMPLE)}
    assert "airlock/examples/careers/airlock.toml" in expected
    assert expected <= wheel


def test_wheel_holds_nothing_else(wheel: set[str]) -> None:
    others = {name for name in wheel if not name.startswith("airlock/")}
    assert {PurePosixPath(name).parts[0] for name in others} == {
        f"pgairlock-{airlock.__version__}.dist-info"
    }
    assert any(name.endswith("/licenses/LICENSE") for name in others)

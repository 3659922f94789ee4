"""The shape of the command line: help, versions, typos, exits, streams, colours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NoReturn

import click
import pytest
from terminal import PASSWORD, Airlock, process

import airlock as package
from airlock.cli import main as entrance
from airlock.cli.exits import MEANINGS, Exit
from airlock.cli.group import COMMANDS, GROUP, KNOWN_ELSEWHERE
from airlock.errors import AirlockError

HEAVY = ("psycopg", "postgast", "airlock.app", "airlock.server", "airlock.sources", "difflib")

INTERRUPTED = "interrupted: what was in flight is rolled back, what was done stays\n"


def commands(command: click.Command, path: tuple[str, ...] = ()) -> dict[str, click.Command]:
    """List all commands below one, by full name."""
    if not isinstance(command, click.Group):
        return {" ".join(path): command}
    context = click.Context(command)
    found: dict[str, click.Command] = {}
    for name in command.list_commands(context):
        below = command.get_command(context, name)
        assert below is not None
        found |= commands(below, (*path, name))
    return found


def test_help_imports_nothing_heavy() -> None:
    script = (
        "import sys\n"
        "from airlock.cli.main import run\n"
        "assert run(['--help']) == 0\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stderr.strip() == "[]"
    assert "Commands:" in done.stdout


def test_ctrl_c_while_it_loads_says_nothing() -> None:
    script = (
        "import sys\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'click':\n"
        "            raise KeyboardInterrupt\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "from airlock.__main__ import main\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "")


@pytest.mark.parametrize("name", COMMANDS)
def test_the_summary_is_the_first_line_of_the_help(name: str) -> None:
    command = GROUP.get_command(click.Context(GROUP), name)
    assert command is not None
    assert command.name == name
    assert (command.help or "").splitlines()[0] == COMMANDS[name].summary


@pytest.mark.parametrize("name", commands(GROUP))
def test_every_command_has_help(name: str, airlock: Airlock) -> None:
    result = airlock(*name.split(), "--help")
    assert result.code == 0
    assert result.out.startswith(f"Usage: airlock {name}")
    for parameter in commands(GROUP)[name].params:
        assert not isinstance(parameter, click.Option) or parameter.help, parameter.name


def test_version(airlock: Airlock) -> None:
    assert airlock("--version").out == f"airlock {package.__version__}\n"


def test_without_a_command_the_help_is_shown(airlock: Airlock) -> None:
    for words in ([], ["db"]):
        result = airlock(*words)
        assert result.code == Exit.COULD_NOT_RUN
        assert result.err.startswith("Usage: airlock ")
        assert "Commands:" in result.err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["deploy", "--format", "json"], "usage"),
        (["status", "--format=json", "--nope"], "usage"),
        (["--format", "json", "statsu"], "usage"),
        (["deploy", "nowhere", "--format", "json"], "usage"),
    ],
)
def test_every_error_is_json_where_that_is_asked_for(
    arguments: list[str], code: str, airlock: Airlock
) -> None:
    result = airlock(*arguments)
    assert result.code == Exit.COULD_NOT_RUN
    assert result.json["schema"] == 1
    assert result.json["error"]["code"] == code
    assert result.err.startswith("error[usage]: ")


def test_what_belongs_to_psql_is_no_option_of_ours(airlock: Airlock) -> None:
    assert airlock("db", "psql", "nowhere", "--", "--format", "json").out == ""


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_streams_that_are_closed(closed: tuple[int, ...], root: Path, tmp_path: Path) -> None:
    shut = "import os, sys; [os.close(int(n)) for n in sys.argv[1].split()]; "
    call = "os.execv(sys.executable, [sys.executable, '-m', 'airlock', 'config', 'show'])"
    done = subprocess.run(
        [sys.executable, "-c", shut + call, " ".join(map(str, closed))],
        cwd=root,
        env={"PATH": os.environ["PATH"], "AIRLOCK_HOME": str(tmp_path / "home")},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (done.stdout == "") is (1 in closed)


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["statsu"], "no command called 'statsu'", "airlock status"),
        (["push"], "no command called 'push'", "airlock deploy ENV"),
        (["zzzzz"], "no command called 'zzzzz'", "airlock --help"),
        (["status", "--al"], "no such option: --al", "--all"),
        (["db", "strt"], "strt", "airlock db --help"),
        (["deploy"], "missing argument 'ENV'", "airlock deploy --help"),
        (["db", "install", "new"], "'new' is not a valid integer", "airlock db install --help"),
        (["status", "--format", "xml"], "'xml' is not one of", "airlock status --help"),
        (["deploy", "stagin"], "no environment called 'stagin'", "'staging'"),
        (["-C", "/nowhere", "status"], "/nowhere is not a folder", "-C"),
        (["status", "-C", "/nowhere"], "/nowhere is not a folder", "-C"),
    ],
)
def test_a_typo_is_one_error_with_a_hint(
    arguments: list[str], message: str, hint: str, airlock: Airlock, root: Path
) -> None:
    (root / "airlock.toml").write_text("[environments.staging]\n")
    result = airlock(*arguments)
    assert result.code == Exit.COULD_NOT_RUN
    assert result.out == ""
    first, second = result.err.splitlines()
    assert first.startswith("error[usage]: ")
    assert message in first
    assert second.startswith("  = help: ")
    assert hint in second


def test_words_of_other_tools_lead_to_commands_that_exist() -> None:
    for known in KNOWN_ELSEWHERE.values():
        words = known.replace("airlock ", "").split(", ")[0].split()
        assert words[0] in COMMANDS


def test_exit_codes_are_in_the_table() -> None:
    def below(kind: type[AirlockError]) -> set[int]:
        return {kind.exit_code}.union(*(below(child) for child in kind.__subclasses__()))

    assert below(AirlockError) <= {code.value for code in Exit}
    assert set(MEANINGS) == set(Exit)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell: str, airlock: Airlock) -> None:
    result = airlock("completion", shell)
    assert result.code == 0
    assert "_AIRLOCK_COMPLETE" in result.out


def test_completion_knows_commands_and_environments(root: Path, tmp_path: Path) -> None:
    (root / "airlock.toml").write_text("[environments.staging]\n[environments.qa]\n")

    def complete(words: str) -> list[str]:
        result = process(
            cwd=root,
            home=tmp_path / "home",
            _AIRLOCK_COMPLETE="bash_complete",
            COMP_WORDS=words,
            COMP_CWORD=str(words.count(" ")),
        )
        return [line.partition(",")[2] for line in result.out.splitlines() if line]

    assert complete("airlock sta") == ["status"]
    assert complete("airlock deploy ") == ["local", "staging", "qa"]
    assert complete("airlock status st") == ["staging"]
    assert complete("airlock new x --template e") == ["enum", "empty"]
    (root / "airlock.toml").write_text("broken")
    assert complete("airlock deploy ") == []


def test_an_unexpected_error_names_its_place_and_none_of_its_text(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def break_down(*_: Any, **__: Any) -> NoReturn:
        raise ValueError(f"a row with {PASSWORD}")

    monkeypatch.setattr(GROUP, "main", break_down)
    monkeypatch.delenv("AIRLOCK_DEBUG", raising=False)
    assert entrance.run(["status"]) == Exit.COULD_NOT_RUN
    said = capsys.readouterr().err
    assert "error[internal]: ValueError at airlock.cli.main:" in said
    assert "this is a bug" in said
    assert PASSWORD not in said
    monkeypatch.setenv("AIRLOCK_DEBUG", "1")
    entrance.run(["status"])
    assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (
            KeyboardInterrupt(),
            130,
            INTERRUPTED,
        ),
        (
            click.Abort(),
            130,
            INTERRUPTED,
        ),
        (BrokenPipeError(), 0, ""),
        (OSError(28, "x"), 2, "error[output]: cannot write: No space left on device\n"),
    ],
)
def test_how_it_ends_when_it_is_cut_off(
    error: BaseException,
    code: int,
    text: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def cut_off(*_: Any, **__: Any) -> NoReturn:
        raise error

    monkeypatch.setattr(GROUP, "main", cut_off)
    assert entrance.run([]) == code
    assert capsys.readouterr().err == text


def test_a_program_reads_that_it_was_interrupted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def cut_off(*_: Any, **__: Any) -> NoReturn:
        raise KeyboardInterrupt

    monkeypatch.setattr(GROUP, "main", cut_off)
    assert entrance.run(["check", "--format", "json"]) == Exit.INTERRUPTED
    said = capsys.readouterr()
    assert json.loads(said.out)["error"]["exit"] == Exit.INTERRUPTED
    assert said.err == INTERRUPTED


def test_a_reader_that_leaves_is_no_error(root: Path, tmp_path: Path) -> None:
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "airlock", "config", "show"],
            cwd=root,
            env={"PATH": os.environ["PATH"], "AIRLOCK_HOME": str(tmp_path)},
            stdout=write,
            stderr=subprocess.PIPE,
            timeout=30,
            check=False,
        )
    finally:
        os.close(write)
    assert done.stderr == b""


def test_a_plain_encoding_gets_stand_ins(root: Path, tmp_path: Path) -> None:
    result = process("init", cwd=root, home=tmp_path / "h", PYTHONIOENCODING="ascii")
    assert result.code == 0
    assert result.out.startswith("v supabase layout")


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
)
def test_colour_only_where_it_is_seen(
    variables: dict[str, str], coloured: bool, airlock: Airlock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert ("\x1b[" in airlock("init").out) is coloured
    assert "\x1b[" not in airlock("config", "show", "--format", "json").out


def test_an_error_for_machines_is_on_stdout_too(airlock: Airlock) -> None:
    result = airlock("deploy", "nowhere", "--format", "json")
    assert result.code == Exit.COULD_NOT_RUN
    assert result.json["schema"] == 1
    assert result.json["error"]["code"] == "usage"
    assert result.json["error"]["exit"] == 2
    assert result.err.startswith("error[usage]: ")


def test_the_folder_can_be_given(airlock: Airlock, root: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "airlock.toml").write_text("[server]\ncache_mb = 77\n")
    for arguments in (["-C", str(other), "config", "show"], ["config", "show", "-C", str(other)]):
        assert "77" in airlock(*arguments).out

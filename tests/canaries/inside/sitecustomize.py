"""Loaded by every Python that a run starts: notes which programs it starts, and with what."""

import json
import os
import sys

_FILE = os.environ.get("CANARY_CHILDREN")


def _note(event: str, arguments: tuple[object, ...]) -> None:
    match event, arguments:
        case "subprocess.Popen", (program, words, _, variables):
            pass
        case (("os.exec" | "os.posix_spawn"), (program, words, variables)):
            pass
        case _:
            return
    # As of `env=None`: the child gets what its parent has.
    given = dict(os.environ if variables is None else variables)  # type: ignore[call-overload]
    line = {"program": _text(program), "argv": [*map(_text, words)], "env": _plain(given)}  # type: ignore[call-overload]
    with open(_FILE, "a", encoding="utf-8") as file:  # type: ignore[arg-type]  # noqa: PTH123
        file.write(json.dumps(line) + "\n")


def _plain(given: dict[object, object]) -> dict[str, str]:
    return {_text(name): _text(value) for name, value in given.items()}


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, bytes) else str(value)


if _FILE:
    sys.addaudithook(_note)

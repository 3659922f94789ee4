"""Where a command is called, and who hears what it is doing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from airlock.model.event import Event


class Progress(Protocol):
    """Somebody who listens while a command works."""

    def __call__(self, event: Event) -> None:
        """Hear of a file that runs."""

    def note(self, text: str) -> None:
        """Hear what is being done now."""


class Silence:
    """Listens to nothing."""

    def __call__(self, event: Event) -> None:
        """Let it pass."""

    def note(self, text: str) -> None:
        """Let it pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Where a command is called: `start` is the folder, `variables` those of the process."""

    start: Path
    variables: Mapping[str, str] = field(repr=False)
    progress: Progress = field(default_factory=Silence)

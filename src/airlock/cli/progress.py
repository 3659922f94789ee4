"""Progress on stderr: one line per file with its time, and on a terminal a live last line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from airlock.cli.screen import Screen, write
from airlock.report.style import Sign, Tone, View, clip, duration

if TYPE_CHECKING:
    from airlock.model.event import Event

_ERASE = "\r\x1b[K"


class Progress:
    """Tells what happens as it happens: on a terminal, or in a pipe with `--verbose`."""

    def __init__(self, screen: Screen) -> None:
        self.live = sys.stderr.isatty() and not screen.quiet
        self.shown = self.live or (screen.verbose and not screen.quiet)
        self.view: View = screen.view(sys.stderr)

    def __call__(self, event: Event) -> None:
        """Tell of a file; a listener as the floors below know it."""
        from airlock.model.event import Finished, Restored, Started

        match event:
            case Restored(count=0):
                return
            case Restored(count=number, total=total):
                self._line(Sign.NOTE, f"{number:,} of {total:,} from cache", "")
            case Started(file=file, index=index, total=total):
                self._last_line(f"[{index}/{total}] {file.path}")
            case Finished(file=file, seconds=seconds):
                self._line(Sign.OK, file.path, duration(seconds))

    def note(self, text: str) -> None:
        """Tell what is being done now; on a terminal the next line takes its place."""
        if self.live:
            self._last_line(text)
        elif self.shown:
            write(sys.stderr, f"{Sign.NOTE} {text}\n")

    def done(self) -> None:
        """Clear the live line."""
        if self.live:
            write(sys.stderr, _ERASE)

    def _line(self, sign: Sign, text: str, after: str) -> None:
        if not self.shown:
            return
        erase = _ERASE if self.live else ""
        tail = f"  {self.view.paint(after, Tone.FAINT)}" if after else ""
        write(sys.stderr, f"{erase}{self.view.sign(sign)} {text}{tail}\n")

    def _last_line(self, text: str) -> None:
        if self.live:
            faint = self.view.paint(clip(text, self.view.width - 3), Tone.FAINT)
            write(sys.stderr, f"{_ERASE}  {faint}")

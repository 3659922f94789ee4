"""The screen of `airlock demo`."""

from __future__ import annotations

from airlock.report.style import Sign, Tone, View, count, duration, pad
from airlock.report.values.demo import DemoReport


def lines(report: DemoReport, view: View) -> list[str]:
    """Return the commands as they would be typed, each with what it showed."""
    shown: list[str] = []
    width = max((len(step.command) for step in report.steps), default=0)
    for step in report.steps:
        sign = Sign.OK if step.passed else Sign.FAIL
        command = view.paint(f"$ {pad(step.command, width)}", Tone.STRONG)
        title = view.paint(f"# {step.title}", Tone.FAINT)
        shown.append(f"{view.sign(sign)} {command}  {title}")
        shown += [f"    {line}" for line in step.outcome]
    failed = sum(not step.passed for step in report.steps)
    sign = Sign.FAIL if failed else Sign.OK
    verdict = f"{count(failed, 'step')} did not do what it says" if failed else "all as it says"
    return [
        *shown,
        f"{view.sign(sign)} {count(len(report.steps), 'step')} in {duration(report.seconds)}, "
        f"{verdict}",
    ]

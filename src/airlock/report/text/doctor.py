"""The screen of `airlock doctor`."""

from __future__ import annotations

from airlock.report.style import Sign, Tone, View, count, pad
from airlock.report.values.doctor import DoctorReport, Verdict

_SIGNS = {Verdict.FINE: Sign.OK, Verdict.DOUBTFUL: Sign.WARN, Verdict.BROKEN: Sign.FAIL}


def lines(report: DoctorReport, view: View) -> list[str]:
    """Return one line per probe, a fix under those that need one, and a summary."""
    width = max(len(probe.name) for probe in report.probes)
    shown: list[str] = []
    for probe in report.probes:
        shown.append(f"{view.sign(_SIGNS[probe.verdict])} {pad(probe.name, width)}  {probe.detail}")
        if probe.fix:
            shown.append(f"  {' ' * width}  {view.paint('fix:', Tone.FAINT)} {probe.fix}")
    broken = sum(probe.verdict is Verdict.BROKEN for probe in report.probes)
    doubtful = sum(probe.verdict is Verdict.DOUBTFUL for probe in report.probes)
    if broken or doubtful:
        parts = [f"{broken} broken"] if broken else []
        parts += [f"{doubtful} to look at"] if doubtful else []
        return [*shown, "", ", ".join(parts)]
    return [*shown, "", f"{view.sign(Sign.OK)} {count(len(report.probes), 'check')}, all fine"]

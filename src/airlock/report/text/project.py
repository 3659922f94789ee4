"""Screens of the commands that deal with files alone: init, new, config show."""

from __future__ import annotations

from airlock.report.style import Sign, Tone, View, columns, count, pad
from airlock.report.text.findings import findings_lines
from airlock.report.values.base import Report
from airlock.report.values.project import ConfigReport, InitReport, NewReport, ShownSetting


def lines(report: Report, view: View) -> list[str]:
    """Return the screen of the report."""
    match report:
        case InitReport():
            return _init(report, view)
        case NewReport():
            return [report.path, *([report.rollback] if report.rollback else [])]
        case ConfigReport():
            return _config(report, view)
    raise AssertionError(report.command)


def _init(report: InitReport, view: View) -> list[str]:
    number = count(report.migrations, "migration")
    shown = [f"{view.sign(Sign.OK)} {report.layout} layout, {number} in {report.folder}"]
    shown += [f"{view.sign(Sign.ADD)} wrote {path}" for path in report.wrote]
    shown += [f"{view.sign(Sign.NOTE)} left {path} as it is" for path in report.kept]
    shown += [f"{view.sign(Sign.WARN)} {s.path}: {s.reason}" for s in report.skipped]
    width = max(len(step.command) for step in report.next)
    shown += ["", "Next:"]
    shown += [
        f"  {view.paint(pad(step.command, width), Tone.STRONG)}  {step.purpose}"
        for step in report.next
    ]
    return shown


def _config(report: ConfigReport, view: View) -> list[str]:
    shown: list[str] = []
    values = [_value(setting) for setting in report.settings]
    key_width = max(len(setting.key) for setting in report.settings)
    value_width = max(columns(value) for value in values)
    for setting, value in zip(report.settings, values, strict=True):
        origin = view.paint(setting.origin, Tone.FAINT)
        shown.append(f"{setting.key:<{key_width}}  {pad(value, value_width)}  {origin}")
        if view.verbose:
            shown.append("  " + view.paint(setting.doc, Tone.FAINT))
    found = findings_lines(report.findings, view)
    return [*shown, *([""] if found else []), *found]


def _value(setting: ShownSetting) -> str:
    match setting.value:
        case None:
            return f"({setting.absent})" if setting.absent else "-"
        case bool(flag):
            return "true" if flag else "false"
        case tuple(texts):
            return "[" + ", ".join(f'"{text}"' for text in texts) + "]"
        case value:
            return str(value)

"""Screens of `airlock db`."""

from __future__ import annotations

from airlock.report.style import Sign, Tone, View, count, pad, size
from airlock.report.values.base import Report
from airlock.report.values.servers import InstallReport, ServersReport, UrlReport

_PURPOSE_WIDTH = len("environments")


def lines(report: Report, view: View) -> list[str]:
    """Return the screen of the report."""
    match report:
        case UrlReport():
            return [report.url]
        case InstallReport():
            return [f"{view.sign(Sign.OK)} Postgres {report.version} is at hand: {report.place}"]
        case ServersReport():
            return _servers(report, view)
    raise AssertionError(report.command)


def _servers(report: ServersReport, view: View) -> list[str]:
    shown = [f"{view.sign(Sign.OK)} {report.message}"] if report.message else []
    if not report.servers and not shown:
        return [f"{view.sign(Sign.NOTE)} no server was started so far in {report.home}"]
    for server in report.servers:
        sign = Sign.OK if server.running else Sign.NOTE
        parts = [server.build]
        parts += [f"port {server.port}"] if server.running and server.port else []
        parts += [f"pid {server.pid}"] if server.running else ["stopped"]
        parts += [size(server.bytes)]
        parts += [count(len(server.databases), "database")] if server.running else []
        data = view.paint(server.data, Tone.FAINT)
        shown.append(
            f"{view.sign(sign)} {pad(server.purpose, _PURPOSE_WIDTH)}  {', '.join(parts)}  {data}"
        )
        if view.verbose:
            shown += [
                f"    {pad(each.kind, _PURPOSE_WIDTH)}{size(each.bytes):>8}  {each.name}"
                for each in server.databases
            ]
    return shown

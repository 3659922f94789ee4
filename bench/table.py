"""The table at the end: medians, ratios, and what is aimed at."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from bench.measure import Sample

_HEAD = ("", "median", "ratio", "client CPU", "server CPU", "runs", "aim")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line. `beside` is the label of the row in the same group that the ratio refers to."""

    label: str
    samples: tuple[Sample, ...] = ()
    beside: str | None = None
    aim: str = ""
    megabytes: float | None = None
    """The result, where it is memory instead of time."""
    by_cpu: bool = False
    """Whether it is about the processor time of client and server, not about the clock's."""
    fault: str | None = None
    """Why there is no result."""

    @property
    def seconds(self) -> float | None:
        """Median of the runs."""
        return median(sample.seconds for sample in self.samples) if self.samples else None

    @property
    def cpu(self) -> float | None:
        """Median of the processor time that client and server took together."""
        both = [(sample.client_cpu or 0) + (sample.server_cpu or 0) for sample in self.samples]
        return median(both) if both else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that were measured in turn."""

    title: str
    rows: tuple[Row, ...]


def render(groups: Sequence[Group]) -> str:
    """Return the groups as one table."""
    lines: list[tuple[str, ...] | str] = [_HEAD]
    for group in groups:
        lines.append(f"\n{group.title}")
        lines += _lines(group)
    cells = [line for line in lines if isinstance(line, tuple) and len(line) == len(_HEAD)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    return "".join(_text(line, widths) + "\n" for line in lines)


def _text(line: tuple[str, ...] | str, widths: Sequence[int]) -> str:
    if isinstance(line, str):
        return line
    first, *rest = line
    texts = [f"  {first:<{widths[0]}}"]
    if len(line) < len(widths):
        return "  ".join([*texts, *rest])
    texts += [f"{text:>{width}}" for text, width in zip(rest[:-1], widths[1:-1], strict=True)]
    return "  ".join([*texts, rest[-1]]).rstrip()


def _lines(group: Group) -> Iterator[tuple[str, ...]]:
    known = {row.label: row for row in group.rows}
    for row in group.rows:
        if row.fault is not None:
            yield (row.label, f"left out: {row.fault}")
        elif row.megabytes is not None:
            yield (row.label, f"{row.megabytes:.0f} MB", "", "", "", "", row.aim)
        elif (own := row.cpu if row.by_cpu else row.seconds) is not None:
            beside = known.get(row.beside or "")
            reference = beside and (beside.cpu if row.by_cpu else beside.seconds)
            yield (
                row.label,
                _duration(own),
                f"{own / reference:.2f}x" if reference else "",
                _middle([sample.client_cpu for sample in row.samples]),
                _middle([sample.server_cpu for sample in row.samples]),
                str(len(row.samples)),
                row.aim,
            )


def _middle(values: Sequence[float | None]) -> str:
    there = [value for value in values if value is not None]
    return _duration(median(there)) if there else ""


def _duration(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.0f} ms"

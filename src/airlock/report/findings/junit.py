"""JUnit XML: a test case for each file, in which errors and warnings are failures."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from airlock.model.finding import Finding, Level
from airlock.report.findings import told
from airlock.report.values.base import Report

_NOWHERE = "schema"
"""The test case of what is in no file."""
_LEAST = " "
_ALLOWED = {"\t", "\n", "\r"}


def render(report: Report) -> str:
    """Return the document; without any finding it holds one test case that passes."""
    by_file: dict[str, list[Finding]] = defaultdict(list)
    for finding in told(report):
        if finding.level > Level.NOTE:
            by_file[finding.where.path if finding.where else _NOWHERE].append(finding)
    cases = by_file or {_NOWHERE: []}
    failures = sum(map(len, cases.values()))
    suite = ElementTree.Element(
        "testsuite", name="airlock", tests=str(len(cases)), failures=str(failures), errors="0"
    )
    for path, findings in sorted(cases.items()):
        case = ElementTree.SubElement(suite, "testcase", name=path, classname="airlock")
        for finding in findings:
            failure = ElementTree.SubElement(
                case, "failure", type=finding.code, message=_clean(finding.message)
            )
            place = str(finding.where) if finding.where else ""
            failure.text = _clean("\n".join(filter(None, (place, finding.why, finding.fix))))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root)
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return head + ElementTree.tostring(root, encoding="unicode") + "\n"


def _clean(text: str) -> str:
    """Leave out characters that XML cannot hold."""
    return "".join(c for c in text if c >= _LEAST or c in _ALLOWED)

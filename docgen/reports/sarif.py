"""The report as SARIF 2.1.0 (OASIS), for programs that already collect findings of other tools.

SARIF places results in lines of text. A blank on a page has none, so a place is given three ways: the artifact (the paper),
a logical location in words (``第1页 身份证号码``), and the page, box (points from the top left) or cell as properties.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any
from urllib.parse import quote

import docgen
from checkers.report import Finding, Location, Report
from docgen.reports.json import dump
from docgen.reports.wording import CODES, cite, field_at, name_of, place, service_name

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}


def render(report: Report) -> str:
    """One run. A failure is a result of kind ``fail``; what is unknown is of kind ``review``, whose level must be none."""
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return dump(log)


def uri(path: str) -> str:
    """A percent-encoded URI reference with forward slashes: relative for a relative path, ``file:`` for an absolute one."""
    slashed = path.replace("\\", "/")
    octets = slashed.encode("utf-8", "surrogateescape")  # a name that is not UTF-8 keeps its bytes
    if re.match(r"[A-Za-z]:/", slashed):
        return f"file:///{slashed[:2]}{quote(octets[2:], safe='/')}"
    if slashed.startswith("/"):
        return "file://" + quote(octets, safe="/")
    return quote(octets, safe="/")  # a colon too: in a first segment it would read as a scheme


def _run(report: Report) -> dict[str, Any]:
    rules = list(dict.fromkeys(f.rule for f in report.findings))
    readable = not any(f.code == "document.unreadable" for f in report.findings)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "docgen",
                "version": docgen.__version__,
                "language": "zh-CN",
                "rules": [_rule(rule, report) for rule in rules],
            }
        },
        "invocations": [{"executionSuccessful": readable}],
        "artifacts": [_artifact(i, report) for i in range(len(report.files))],
        "results": [_result(f, rules, report) for f in report.findings],
        "properties": {
            "service": service_name(report),
            "serviceId": report.service.id,
            "on": report.on,
            "received": report.received,
            "verdict": report.verdict,
        },
    }
    return run


def _rule(rule: str, report: Report) -> dict[str, Any]:
    finding = next(f for f in report.findings if f.rule == rule)
    citations = dict.fromkeys(c for f in report.findings if f.rule == rule for c in f.citations)
    out: dict[str, Any] = {
        "id": rule,
        "shortDescription": {"text": f"{name_of(finding)}：{CODES.get(finding.code, finding.code)}"},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {"code": finding.code, "citations": [c.to_json() for c in citations]},
    }
    if citations:
        out["help"] = {"text": "\n".join(f"依据：{cite(c)}" for c in citations)}
    return out


def _artifact(index: int, report: Report) -> dict[str, Any]:
    paper = report.files[index]
    out: dict[str, Any] = {"location": {"uri": uri(paper.path), "index": index}, "roles": ["analysisTarget"]}
    if paper.sha256:
        out["hashes"] = {"sha-256": paper.sha256}
    out["properties"] = {"format": paper.format, "pages": paper.pages, "material": paper.material}
    return out


def _result(finding: Finding, rules: list[str], report: Report) -> dict[str, Any]:
    unknown = finding.status == "unknown"
    out: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rules.index(finding.rule),
        "kind": "review" if unknown else "fail",
        "level": "none" if unknown else _LEVELS[finding.severity],
        "message": {"text": finding.message or CODES.get(finding.code, finding.code)},
    }
    # SARIF: several ``locations`` only where all must be mended; the others are related.
    if finding.locations:
        out["locations"] = [_location(finding.locations[0], finding, report)]
    if len(finding.locations) > 1:
        out["relatedLocations"] = [
            {"id": i, **_location(place, finding, report)} for i, place in enumerate(finding.locations[1:], 1)
        ]
    out["partialFingerprints"] = {"docgenFinding/v1": _fingerprint(finding)}
    out["properties"] = {
        "code": finding.code,
        "severity": finding.severity,
        "subject": finding.subject,
        "label": finding.label,
        "expected": finding.expected,
        "actual": finding.actual,
        "suggestion": finding.suggestion,
        "citations": [c.to_json() for c in finding.citations],
    }
    return out


def _location(location: Location, finding: Finding, report: Report) -> dict[str, Any]:
    artifact: dict[str, Any] = {"uri": uri(location.path)}
    index = next((i for i, d in enumerate(report.files) if d.path == location.path), None)
    if index is not None:
        artifact["index"] = index
    field = field_at(report, location)
    label = field.label if field else name_of(finding)
    full = f"{place(location)} {label}".strip()
    coordinates = {k: v for k, v in location.to_json().items() if k != "path"}
    out: dict[str, Any] = {"physicalLocation": {"artifactLocation": artifact}}
    if full:
        out["logicalLocations"] = [{"name": label, "fullyQualifiedName": full, "kind": "member"}]
    if coordinates:
        out["properties"] = coordinates
    return out


def _fingerprint(finding: Finding) -> str:
    """Stays the same when wording changes, so that two runs over one packet can be compared."""
    paths = [loc.path for loc in finding.locations]
    return hashlib.sha256(
        "\0".join([finding.rule, finding.code, finding.subject, *paths]).encode("utf-8", "surrogatepass")
    ).hexdigest()

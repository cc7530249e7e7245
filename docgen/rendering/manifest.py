"""The ``.yaml`` beside each master: what it is called, on what authority it is written, which values it wants.

    id: rejection-notice
    name: 不予受理通知书
    called: [驳回申请告知书]              what policies call it besides (optional)
    basis: [{doc_no: …, title: 中华人民共和国行政许可法, article: 第三十二条, note: …}]
    events: [rejection]                  which events of a policy call for it
    variables:
      - {id: office, label: 发文机关, type: text, sample: 样例区人力资源和社会保障局}
      - {id: total, label: 金额, type: money, unit: 元, optional: true, sample: null}
      - {id: people, label: 人员, type: list, columns: [{id: name, label: 姓名, type: person_name}], sample: [{name: 李晓明}]}

A form's manifest has ``policy``, ``doc_no`` and ``attachment`` instead of ``basis``; its blanks are content controls.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from docgen.errors import UsageError, reason

Kind = Literal["notice", "form"]

EVENTS = {
    # intake
    "receipt": "收件",
    "acceptance": "受理",
    "correction": "补正",
    "rejection": "不予受理",
    "extension": "延期",
    "commitment": "告知承诺",
    "authorization": "代为办理",
    # decisions
    "approval": "准予",
    "refusal": "不予批准",
    "assessment": "核定",
    "suspension": "停发",
    "continuation": "续发",
    "resumption": "恢复发放",
    "rectification": "责令改正",
    "recovery": "责令退回",
    "repayment": "还款",
    "revocation": "撤销",
    "disqualification": "取消资格",
    "result": "告知结果",
    "filing": "备案",
    "service": "送达",
    # subsidies
    "publicity": "公示",
    "announcement": "公布",
    "funding": "资金拨付",
    "reply": "批复",
    "inspection": "验收",
    "evaluation": "评估",
    # procedure
    "scrutiny": "法制审核",
    "handover": "案卷移交",
    "discipline": "处分",
    "review": "复核",
    "disclosure": "政府信息公开",
    "mediation": "调解",
    "recruitment": "公开招聘",
    "appraisal": "考核",
    "clearance": "规范性文件清理",
}
"""What happens in a case, id → what an officer calls it: a manifest's ``events`` are these and no others."""


@dataclass(frozen=True, slots=True)
class Variable:
    """A value a master wants. ``type`` is a type of ``checkers.values.types``, or list, roster, picture, qrcode, signature, seal.

    A ``list`` without ``columns`` is a list of texts. ``aliases`` are other column headings it is found under.
    """

    id: str
    label: str
    type: str = "text"
    unit: str = ""
    optional: bool = False
    options: tuple[str, ...] = ()
    columns: tuple[Variable, ...] = ()
    sample: Any = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Basis:
    title: str
    doc_no: str = ""
    article: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Manifest:
    """``key`` is the file's stem, unique over all masters; ``path`` is the ``.docx``; ``data`` the YAML as it stands.

    ``called``: the names that policies have for this paper, none of them another master's name.
    """

    key: str
    id: str
    name: str
    title: str
    kind: Kind
    path: Path
    basis: tuple[Basis, ...] = ()
    events: tuple[str, ...] = ()
    policy: str = ""
    variables: tuple[Variable, ...] = ()
    called: tuple[str, ...] = ()
    data: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)

    def sample(self) -> dict[str, Any]:
        """The sample values by id."""
        return {v.id: v.sample for v in self.variables}


def _variable(row: Mapping[str, Any]) -> Variable:
    known = {"id", "label", "type", "unit", "optional", "options", "columns", "sample", "aliases"}
    if wrong := sorted(set(row) - known):
        raise ValueError(f"变量 {row.get('id', '')} 不认识这些键：{'、'.join(wrong)}")
    return Variable(
        str(row["id"]),
        str(row["label"]),
        str(row.get("type", "text")),
        str(row.get("unit", "")),
        bool(row.get("optional")),
        tuple(str(o) for o in row.get("options", ())),
        tuple(_variable(c) for c in row.get("columns", ())),
        row.get("sample"),
        tuple(str(a) for a in row.get("aliases", ())),
    )


def _basis(data: Mapping[str, Any]) -> Iterator[Basis]:
    for row in data.get("basis", ()):
        yield Basis(*(str(row.get(k, "")) for k in ("title", "doc_no", "article", "note")))
    if data.get("doc_no"):
        yield Basis("", str(data["doc_no"]), str(data.get("attachment", "")))


def load_manifest(path: Path) -> Manifest:
    """The manifest at ``path`` (``.yaml``). Raises UsageError that says what is wrong."""
    import yaml

    try:
        data = yaml.load(path.read_bytes(), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506  a safe one
        if not isinstance(data, Mapping):
            raise ValueError("应当是“键: 值”的清单")
        return Manifest(
            key=path.stem,
            id=str(data["id"]),
            name=str(data["name"]),
            title=str(data.get("title", data["name"])),
            kind="notice" if "paragraphs" in data else "form",
            path=path.with_suffix(".docx"),
            basis=tuple(_basis(data)),
            events=tuple(str(e) for e in data.get("events", ())),
            policy=str(data.get("policy", "")),
            variables=tuple(_variable(v) for v in data["variables"]),
            called=tuple(str(n) for n in data.get("called", ())),
            data=data,
        )
    except OSError as error:
        raise UsageError(f"不能读取模板清单 {path}：{reason(error)}。") from error
    except (yaml.YAMLError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"模板清单 {path.name} 写得不对：{error}。") from error


@lru_cache(maxsize=8)
def catalogue(folder: Path | None = None) -> tuple[Manifest, ...]:
    """All masters: notices, then forms, each sorted by key. Raises UsageError."""
    from docgen.places import templates_folder

    root = folder or templates_folder()
    return tuple(load_manifest(p) for kind in ("notices", "forms") for p in sorted((root / kind).glob("*.yaml")))


def find_manifest(name: str) -> Manifest | None:
    """By path of a ``.docx`` (its ``.yaml`` beside it, None if there is none), key, id, Chinese name or what a policy calls it.

    Raises UsageError for a name that no master or several masters have; it lists what comes near.
    """
    if name.lower().endswith(".docx"):
        beside = Path(name).with_suffix(".yaml")
        return load_manifest(beside) if beside.is_file() else None
    masters = catalogue()
    for same in (
        [m for m in masters if name == m.key],
        [m for m in masters if m.kind == "notice" and name in (m.id, m.title)],
        [m for m in masters if name == m.name],
        [m for m in masters if name in m.called],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            raise UsageError(f"名为“{name}”的模板有 {len(same)} 个，请写编号：{'、'.join(m.key for m in same)}。")
    raise UsageError(
        f"没有名为“{name}”的模板{_near(name, masters)}；docgen template list 列出全部，自备模板请写 .docx 的路径。"
    )


def _near(name: str, masters: tuple[Manifest, ...]) -> str:
    from rapidfuzz import fuzz, process

    names = list(dict.fromkeys(n for m in masters for n in (m.name, m.key)))
    found = [n for n, _, _ in process.extract(name, names, scorer=fuzz.WRatio, limit=3, score_cutoff=60)]
    return f"，是不是 {'、'.join(found)}" if found else ""

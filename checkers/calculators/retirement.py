"""改革后法定退休年龄: 国务院关于渐进式延迟法定退休年龄的办法 第一条, 附件1 to 3, in force from 2025-01-01.

The time is a month: the day of birth does not matter. Which women had 50 and which 55 as their former age is not said
there; it is an input. 弹性退休, 特殊工种 and 病退 are not part of it (第一条: 国家另有规定的，从其规定).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from checkers.calculators.calculation import Calculation, Parameter, Step
from checkers.report import Citation
from checkers.values.dates import YearMonth, parse_month
from checkers.values.types import parse_value, show

NAME = "cn-statutory-retirement-age"
EFFECTIVE = date(2025, 1, 1)

_DECISION = "全国人民代表大会常务委员会关于实施渐进式延迟法定退休年龄的决定"
MEASURES = "国务院关于渐进式延迟法定退休年龄的办法"
_FORMER = Citation(
    "国发〔1978〕104号",
    "国务院关于颁发《国务院关于安置老弱病残干部的暂行办法》和《国务院关于工人退休、退职的暂行办法》的通知",
)


@dataclass(frozen=True, slots=True)
class _Group:
    """A row of 第一条: former age (周岁), months of birth for one month of delay, first birth month, most months of delay."""

    base: int
    pace: int
    start: YearMonth
    most: int
    annex: str


_GROUPS = {
    "男职工": _Group(60, 4, YearMonth(1965, 1), 36, "附件1"),
    "原法定退休年龄55周岁女职工": _Group(55, 4, YearMonth(1970, 1), 36, "附件2"),
    "原法定退休年龄50周岁女职工": _Group(50, 2, YearMonth(1975, 1), 60, "附件3"),
}
CATEGORIES = tuple(_GROUPS)

PARAMETERS = (
    Parameter("born", "出生年月", "month"),
    Parameter("category", "职工类别", "choice", CATEGORIES),
)


@dataclass(frozen=True, slots=True)
class Retirement:
    """``delay_months`` and ``age_months`` in 月; ``month`` is the month in which the age is reached."""

    delay_months: int
    age_months: int
    month: YearMonth

    @property
    def age(self) -> str:
        """As the annexes print it: ``61岁``, ``60岁1个月``."""
        years, months = divmod(self.age_months, 12)
        return f"{years}岁{months}个月" if months else f"{years}岁"


def statutory_retirement(born: YearMonth, category: str) -> Retirement:
    """By 第一条 and 附件1 to 3: no delay before the first row of the annex, the full delay after its last row.

    Raises ValueError when ``category`` is none of CATEGORIES."""
    group = _group(category)
    behind = born - group.start
    delay = 0 if behind < 0 else min(behind // group.pace + 1, group.most)
    age = group.base * 12 + delay
    return Retirement(delay, age, born + age)


def _group(category: str) -> _Group:
    if category not in _GROUPS:
        raise ValueError(f"职工类别应为{'、'.join(CATEGORIES)}之一")
    return _GROUPS[category]


def calculate(inputs: Mapping[str, str], on: date | None = None) -> Calculation:
    """Inputs ``born`` (a month; a full date is read as its month) and ``category``. Raises ValueError."""
    born = parse_month(str(inputs["born"]))
    category = str(parse_value("choice", inputs["category"], options=CATEGORIES))
    retirement = statutory_retirement(born, category)
    steps = _steps(born, category, retirement)
    if on is not None and on < EFFECTIVE:
        note = f"{show(on)}时决定尚未施行：决定自2025年1月1日起施行，此前达到原法定退休年龄的按原规定退休。"
        steps = (Step(note, (Citation("", _DECISION, "五"),)), *steps)
    return Calculation(
        calculator=NAME,
        on=on or EFFECTIVE,
        inputs={"born": str(born), "category": category},
        results={
            "delay_months": retirement.delay_months,
            "retirement_age": retirement.age,
            "retirement_month": str(retirement.month),
        },
        steps=steps,
    )


def _steps(born: YearMonth, category: str, retirement: Retirement) -> tuple[Step, ...]:
    group = _group(category)
    decision = Citation("", _DECISION, "一")
    article = Citation("", MEASURES, "第一条")
    annex = Citation("", MEASURES, group.annex)
    former = Step(
        f"{category}，{show(born)}出生，原法定退休年龄{group.base}周岁，{show(born + group.base * 12)}达到。",
        (decision,),
    )
    if not retirement.delay_months:
        text = f"2024年12月31日前已达到原法定退休年龄，按原规定执行，不延迟：{show(retirement.month)}退休。"
        return former, Step(text, (_FORMER, Citation("", _DECISION, "五")))
    most = group.base + group.most // 12
    pace = f"从2025年1月1日起每{group.pace}个月延迟1个月，逐步延迟至{most}周岁"
    if born - group.start >= group.pace * group.most:
        delay = Step(f"{pace}；出生在{group.annex}末行之后，已达上限，延迟{retirement.delay_months}个月。", (article,))
    else:
        order = born - group.start + 1
        delay = Step(
            f"{pace}；{show(born)}是自{show(group.start)}起的第{order}个月，延迟{retirement.delay_months}个月。",
            (article, annex),
        )
    result = f"改革后法定退休年龄为{retirement.age}，退休时间为{show(retirement.month)}。国家另有规定的，从其规定。"
    return former, delay, Step(result, delay.citations)

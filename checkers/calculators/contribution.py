"""按月领取基本养老金最低缴费年限: 国务院关于渐进式延迟法定退休年龄的办法 第二条, 附件4.

Which year counts: 弹性提前退休 the year of the chosen retirement, else the year in which the statutory age is reached.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from checkers.calculators.calculation import Calculation, Parameter, Step
from checkers.calculators.retirement import EFFECTIVE, MEASURES
from checkers.report import Citation
from checkers.values.numerals import parse_integer

NAME = "cn-min-contribution-years"
PARAMETERS = (Parameter("year", "达到退休条件的年份", "integer"),)

_BASE = 180
_MOST = 240
_LAST_AT_BASE = 2029
_FIRST_IN_ANNEX, _LAST_IN_ANNEX = 2025, 2039
_FIRST_KNOWN = 2011
_INSURANCE_LAW = Citation("", "中华人民共和国社会保险法", "第十六条")


def min_contribution_months(year: int) -> int:
    """月, for the year of retirement: 15 years until 2029, then half a year more each year, 20 years from 2039.

    Raises ValueError before 2011 (社会保险法 came into force on 2011-07-01)."""
    if year < _FIRST_KNOWN:
        raise ValueError(f"没有收录{_FIRST_KNOWN}年以前的最低缴费年限")
    return min(_BASE + 6 * max(0, year - _LAST_AT_BASE), _MOST)


def years_text(months: int) -> str:
    """As 附件4 prints it: ``15年``, ``15年+6个月``."""
    years, rest = divmod(months, 12)
    return f"{years}年+{rest}个月" if rest else f"{years}年"


def calculate(inputs: Mapping[str, str], on: date | None = None) -> Calculation:
    """Input ``year``. Raises ValueError."""
    year = parse_integer(str(inputs["year"]), "年")
    if not 1900 <= year <= 2100:
        raise ValueError(f"年份{year}不在1900至2100年之间，请写四位年份")
    months = min_contribution_months(year)
    return Calculation(
        calculator=NAME,
        on=on or EFFECTIVE,
        inputs={"year": str(year)},
        results={"months": months, "years": years_text(months)},
        steps=_steps(year, months),
    )


def _steps(year: int, months: int) -> tuple[Step, ...]:
    article, annex = Citation("", MEASURES, "第二条"), Citation("", MEASURES, "附件4")
    answer = f"{year}年按月领取基本养老金的最低缴费年限为{years_text(months)}（{months}个月）"
    if year < _FIRST_IN_ANNEX:
        return (Step(f"{answer}。", (_INSURANCE_LAW,)),)
    rule = Step("从2030年1月1日起，最低缴费年限由15年逐步提高至20年，每年提高6个月。", (article,))
    if year > _LAST_IN_ANNEX:
        return rule, Step(f"{answer}：2039年起为20年，不再提高。", (article,))
    return rule, Step(f"{answer}。", (article, annex))

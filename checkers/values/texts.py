"""Text as forms carry it: full width, wrapped, blanks printed as underscores; and what must not reach a log.

Patterns in this room are strings, compiled by ``re`` when first used: compiling all at import costs 15 ms.
"""

from __future__ import annotations

import re

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20, 0xFFE5: 0xA5}
_FULL_WIDTH_ALNUM = {k: v for k, v in _FULL_WIDTH.items() if chr(v).isalnum() or v == 0x20}
_INVISIBLE = "[\u200b-\u200f\u2060\ufeff\u00ad]"

_CJK_RANGES = (
    *(("\u3400", "\u9fff"), ("\u2e80", "\u2fff"), ("\u3001", "\u303f"), ("\uf900", "\ufaff"), ("\uff01", "\uff60")),
    ("\U00020000", "\U0003ffff"),
)
_CJK_SIGNS = "“”‘’—…·"
_NUMBER_WRAP = r"(?<=[0-9])[ \t]*\n\s*(?=[0-9Xx])"

_RULES = "_＿﹍﹎‗"
_EMPTY_MARKS = rf"[\s{_RULES}/\\|.。…·\-‐-―─━－~～]+"
_UNIT = r"(?:万元|亿元|元|角|分|人次|人|名|位|个月|个|月|年|天|日|周岁|岁|份|次|户|家|%)"
_SKELETONS = (
    r"(?:自|从|于)?年(?:月(?:日|号)?)?起?(?:时分?)?(?:[至到]?(?:年)?(?:月(?:日|号)?)?止?)?(?:[,;(]*共?计?个?[月年天日][)]*)?"
    rf"|[(]?(?:共计|合计|共|计)?{_UNIT}[)]?(?:[,;:、]*(?:共计|合计|共|计)?{_UNIT})*[)]?"
    r"|人民币?[(]?(?:大写|小写)?[)]?:?(?:¥|￥)?元?整?"
    r"|[(]?(?:大写|小写)[)]?:?(?:¥|￥)?元?整?[,;(]*(?:(?:大写|小写)[)]?:?(?:¥|￥)?元?整?)?[)]?"
    r"|[¥￥]元?|年月日星期|[:：,，;；、()（）]+"
)

_ID_NUMBER = (
    r"(?<![0-9A-Za-z])[0-9０-９]{6}[ ]?(?:19|20|１９|２０)[0-9０-９]{6}[ ]?[0-9０-９]{3}[0-9０-９XxＸｘ](?![0-9A-Za-z])"
)
_OLD_ID_NUMBER = r"(?<![0-9A-Za-z.])[1-8][0-9]{14}(?![0-9A-Za-z])"
_LONG_NUMBER = r"(?<![0-9A-Za-z.])[0-9０-９]{12,30}[Xx]?(?![0-9A-Za-z])"
_GROUPED_CARD = r"(?<![0-9A-Za-z.-])[0-9]{4}(?:[ -][0-9]{4}){2,3}(?:[ -][0-9]{1,4})?(?![0-9A-Za-z])"
_SPACED_DIGITS = r"(?<![0-9A-Za-z])(?:[0-9]\s){11,}[0-9Xx](?![0-9A-Za-z])"
_MOBILE = (
    r"(?<![0-9A-Za-z.])((?:\+?86[ -]?)?)([1１][3-9３-９][0-9０-９])[ -]?[0-9０-９]{4}[ -]?([0-9０-９]{4})(?![0-9])"
)
_LANDLINE = r"(?<![0-9-])(\(?0[0-9]{2,3}\)?[ -]?)[0-9]{3,4}([0-9]{4})(?![0-9])"


def _is_code(text: str) -> bool:
    """Plain digits and letters: nothing to convert. Rosters have a million of them, so they take the short way."""
    return text.isascii() and text.isalnum()


def half_width(text: str) -> str:
    """Full-width ASCII variants to ASCII, ideographic space to a space, invisible characters removed."""
    if text.isascii():
        return text
    return re.sub(_INVISIBLE, "", text.translate(_FULL_WIDTH))


def compact(text: str) -> str:
    """Half width, without any white space or printed underscores: the form in which numbers and dates are read."""
    if _is_code(text):
        return text
    return re.sub(rf"[\s{_RULES}]+", "", half_width(text))


def plain_text(text: str) -> str:
    """Words as written, Chinese punctuation kept: digits and letters half width, printed underscores dropped,
    lines joined (without a space next to a Chinese character or inside a number), other white space single."""
    if _is_code(text):
        return text
    text = re.sub(_INVISIBLE, "", text.translate(_FULL_WIDTH_ALNUM))
    text = re.sub(rf"[{_RULES}]+", " ", text).strip()
    text = re.sub(_NUMBER_WRAP, "", text)
    return re.sub(r"\s+", _gap, text)


def _gap(match: re.Match[str]) -> str:
    """What is left of white space inside a text. Asked of each gap: one pattern for all of it takes 5 ms to compile."""
    before, after = _is_cjk(match.string[match.start() - 1]), _is_cjk(match.string[match.end()])
    joined = before or after if "\n" in match.group() else before and after
    return "" if joined else " "


def _is_cjk(char: str) -> bool:
    return char in _CJK_SIGNS or any(first <= char <= last for first, last in _CJK_RANGES)


def is_blank(raw: object) -> bool:
    """Whether a place of a form was left empty: nothing but spaces, rules, dashes or a slash, or only the words that
    the form itself prints there (``年 月 日``, ``共__人,__元``). The word 无 is an answer, not a blank."""
    if raw is None:
        return True
    if isinstance(raw, (list, tuple)):
        return not raw
    if not isinstance(raw, str):
        return False
    if _is_code(raw) or _speaks(raw[:1]) or raw == "个人":  # a word, though 共__个__人 prints the same two units
        return False
    rest = re.sub(_EMPTY_MARKS, "", half_width(raw))
    return not rest or re.fullmatch(_SKELETONS, rest) is not None


def _speaks(first: str) -> bool:
    """Whether a text with this first character cannot be a blank, which spares most texts the patterns."""
    if "\u3001" <= first <= "\u9fff":
        return first not in _SKELETONS and first not in _EMPTY_MARKS
    return _is_code(first)


def mask(text: str) -> str:
    """Mask identity numbers (first 6 and last 4 kept), bank cards and accounts (last 4) and phones in any text."""
    text = re.sub(_ID_NUMBER, lambda m: _keep(m.group(), 6), text)
    text = re.sub(_OLD_ID_NUMBER, lambda m: _keep(m.group(), 6), text)
    text = re.sub(_MOBILE, r"\1\2****\3", text)
    for pattern in (_LONG_NUMBER, _GROUPED_CARD, _SPACED_DIGITS):
        text = re.sub(pattern, lambda m: _keep(m.group(), 0), text)
    return re.sub(_LANDLINE, r"\1****\2", text)


def _keep(number: str, head: int) -> str:
    digits = "".join(number.split()).replace("-", "")
    return f"{digits[:head]}{'*' * (len(digits) - head - 4)}{digits[-4:]}"


def quote(raw: str) -> str:
    """A text as a message quotes it: in “”, one line, at most 40 characters, masked."""
    text = mask(" ".join(raw.split()))
    return f"“{text if len(text) <= 40 else text[:39] + '…'}”"

"""What Jinja and Python say of a master's code, in an officer's words."""

from __future__ import annotations

import re

_TOKENS = {
    "end of print statement": "“}}”前",
    "end of statement block": "“%}”前",
    "end of template": "结尾",
}
_SENTENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"No filter named '([^']*)'.*", "没有 {0} 这个过滤器"),
        (r"No test named '([^']*)'.*", "没有 is {0} 这种判断"),
        (r"unexpected char '([^']*)' at \d+", "有不认识的字符 {0}"),
        (r"unexpected '(.*)'", "{0}多写或少写了"),
        (r"expected token '(.*)', got '(.*)'", "{1}应当是 {0}"),
        (r"Expected an expression, got '(.*)'", "{0}缺少变量名或值"),
        (r"cannot assign to '(.*)'", "{0} 不能用作变量名"),
        (r"Unexpected end of template.*", "没有写完整"),
        (r"(?:Encountered u|U)nknown tag '([^']*)'.*", "不认识 {0} 这个标签"),
        (r"block '(.*)' defined twice", "{0} 写了两次"),
        (r"Range too big.*", "range 的范围太大"),
        (r".*(?:division|modulo) by zero|.*DivisionByZero.*|.*DivisionUndefined.*", "除数是 0"),
        (r"Missing (?:beginning|end) of (?:comment|raw).*", "注释或原样输出没有写完整"),
    )
)


def in_chinese(error: BaseException) -> str:
    """Without a full stop. Words that are no English sentence of Jinja's or Python's stay as they are."""
    said = (getattr(error, "message", None) or str(error)).strip()
    for pattern, words in _SENTENCES:
        if found := pattern.fullmatch(said):
            return words.format(*(_TOKENS.get(g, g) for g in found.groups()))
    if said.isascii() and isinstance(error, (TypeError, ValueError, ArithmeticError, AttributeError, LookupError)):
        return "值的类型不合这里的用法"
    return said.rstrip("。")

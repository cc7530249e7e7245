"""The rule language: Jinja's expression syntax, three-valued, compiled to Python from a white list of nodes.

``compile_expression`` parses (Jinja is imported only there) and yields Python source text that calls nothing but the
operators of ``checkers.logic`` and the words of ``checkers.vocabulary``; the text is cached with the pack, so that a check
needs no Jinja. ``evaluate`` runs it over a ``Context``. Anything outside the white list is refused when the pack is
compiled: no attribute access but the columns of ``row``, no subscripts, no calls but the words, no loops, no imports.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import TYPE_CHECKING, Any

from checkers import logic
from checkers.vocabulary import CONTEXT_WORDS, NAME_WORDS, WORDS

if TYPE_CHECKING:
    from jinja2 import nodes

MAX_LENGTH = 2000
"""Characters; a longer expression is refused."""
MAX_DEPTH = 40
"""Nested operators; a deeper expression is refused."""

MAX_CHAIN = 4
"""Comparisons in one chain (``a < b < c`` has two): each nests a function in the generated text."""

BUILT_IN_NAMES = frozenset(["on", "received", "row", "row_number"])

_COMPARE = {"eq": "==", "ne": "!=", "gt": ">", "gteq": ">=", "lt": "<", "lteq": "<=", "in": "in", "notin": "not in"}
_ARITHMETIC = {"Add": "+", "Sub": "-", "Mul": "*", "Div": "/", "FloorDiv": "//", "Mod": "%"}


class ExpressionError(ValueError):
    """An expression that the language does not allow, or that was given values it cannot work on."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """``python`` is the generated source; ``names`` the facts it reads; ``columns`` the columns of ``row`` it reads;
    ``parameters`` the parameters and tables named in quotes (``value_on``, ``row_of`` …)."""

    python: str
    names: frozenset[str]
    columns: frozenset[str]
    parameters: frozenset[str]


class _Generator:
    """Walks Jinja's expression tree once and writes the Python text of the same meaning."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.columns: set[str] = set()
        self.parameters: set[str] = set()
        self.depth = 0

    def write(self, node: nodes.Node) -> str:
        method = getattr(self, f"_{type(node).__name__.lower()}", None)
        if method is None and type(node).__name__ in _ARITHMETIC:
            method = self._arithmetic
        if method is None:
            raise ExpressionError(f"不支持的写法：{type(node).__name__}")
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise ExpressionError("表达式嵌套过深")
        text: str = method(node)
        self.depth -= 1
        return text

    def _name(self, node: Any) -> str:
        if node.name in ("row", "self"):
            raise ExpressionError("row 只能写成 row.列名")
        self.names.add(node.name)
        return f"c.get({node.name!r})"

    def _const(self, node: Any) -> str:
        value = node.value
        if value is None:
            raise ExpressionError("没有 none：请用 is filled / is blank")
        if isinstance(value, float):
            if not math.isfinite(value):
                raise ExpressionError("数太大")
            return f"dec({str(value)!r})"
        if isinstance(value, (bool, int, str)):
            return repr(value)
        raise ExpressionError(f"不支持的字面量：{value!r}")

    def _neg(self, node: Any) -> str:
        return f"arith('-', 0, {self.write(node.node)})"

    def _arithmetic(self, node: Any) -> str:
        sign = _ARITHMETIC[type(node).__name__]
        return f"arith({sign!r}, {self.write(node.left)}, {self.write(node.right)})"

    def _and(self, node: Any) -> str:
        return f"k_and({self.write(node.left)}, lambda: {self.write(node.right)})"

    def _or(self, node: Any) -> str:
        return f"k_or({self.write(node.left)}, lambda: {self.write(node.right)})"

    def _not(self, node: Any) -> str:
        return f"k_not({self.write(node.node)})"

    def _condexpr(self, node: Any) -> str:
        if node.expr2 is None:
            raise ExpressionError("条件表达式要写 else")
        return f"choose({self.write(node.test)}, lambda: {self.write(node.expr1)}, lambda: {self.write(node.expr2)})"

    def _compare(self, node: Any) -> str:
        if len(node.ops) > MAX_CHAIN:
            raise ExpressionError("连着比较的太多")
        left = self.write(node.expr)
        parts: list[str] = []
        for operand in node.ops:
            right = self.write(operand.expr)
            parts.append(f"compare({_COMPARE[operand.op]!r}, {left}, {right})")
            left = right
        text = parts[-1]
        for part in reversed(parts[:-1]):
            text = f"k_and({part}, lambda: {text})"
        return text

    def _list(self, node: Any) -> str:
        return f"listed([{', '.join(self.write(item) for item in node.items)}])"

    def _tuple(self, node: Any) -> str:
        return self._list(node)

    def _getattr(self, node: Any) -> str:
        return f"c.column({self._row_column(node)!r})"

    def _row_column(self, node: Any) -> str:
        owner = node.node
        if type(owner).__name__ != "Name" or owner.name != "row" or node.attr.startswith("_"):
            raise ExpressionError(f"不允许取属性 .{node.attr}：只有 row.列名")
        self.columns.add(node.attr)
        return str(node.attr)

    def _place(self, node: Any) -> str:
        """Arguments that name a place on paper: a fact, or a column of the row."""
        kind = type(node).__name__
        if kind == "Name":
            self.names.add(node.name)
            return f"{node.name!r}, False"
        if kind == "Getattr":
            return f"{self._row_column(node)!r}, True"
        raise ExpressionError("is filled / is blank / if_blank 只能用于字段名")

    def _test(self, node: Any) -> str:
        if node.args or node.kwargs:
            raise ExpressionError(f"is {node.name} 不带参数")
        if node.name in ("filled", "blank"):
            return f"c.{node.name}({self._place(node.node)})"
        if node.name == "known":
            return f"known({self.write(node.node)})"
        raise ExpressionError(f"没有这个判断：is {node.name}")

    def _filter(self, node: Any) -> str:
        if node.name != "if_blank" or len(node.args) != 1 or node.kwargs:
            raise ExpressionError(f"没有这个过滤器：| {node.name}")
        place = self._place(node.node)
        return f"c.if_blank({place}, lambda: {self.write(node.args[0])})"

    def _call(self, node: Any) -> str:
        if type(node.node).__name__ != "Name" or node.kwargs or node.dyn_args or node.dyn_kwargs:
            raise ExpressionError("只能调用规则语言里的词")
        word = node.node.name
        if word not in WORDS and word not in CONTEXT_WORDS:
            raise ExpressionError(f"没有这个词：{word}()")
        _check_count(word, len(node.args))
        args = [self.write(arg) for arg in node.args]
        if word in NAME_WORDS:
            self._note_parameter(word, node)
        if word in CONTEXT_WORDS:
            return f"call_in(c, {word!r}, {', '.join(args)})"
        return f"call({', '.join([repr(word), *args])})"

    def _note_parameter(self, word: str, node: Any) -> None:
        first: Any = node.args[0] if node.args else node
        if type(first).__name__ != "Const" or not isinstance(first.value, str):
            raise ExpressionError(f"{word}() 的第一个参数要写成引号里的名字")
        if NAME_WORDS[word] in ("parameter", "table"):
            self.parameters.add(first.value)
        else:
            self.names.add(first.value)


def _check_count(word: str, given: int) -> None:
    """A word called with too few or too many values is a slip of the pack, not of the case."""
    import inspect

    values: list[object] = [None] * given
    function_of = CONTEXT_WORDS.get(word)
    try:
        if function_of is not None:
            inspect.signature(function_of).bind(None, *values)
        else:
            inspect.signature(WORDS[word]).bind(*values)
    except TypeError:
        raise ExpressionError(f"{word}() 里的值个数不对：写了 {given} 个") from None


def compile_expression(text: str) -> Compiled:
    """Python source of one expression. Raises ExpressionError with a Chinese reason."""
    from jinja2 import Environment, TemplateSyntaxError, nodes

    if not text.strip():
        raise ExpressionError("表达式是空的")
    if not text.isprintable() and any((ord(c) < 32 and c not in "\t\r\n") or 0xD800 <= ord(c) < 0xE000 for c in text):
        raise ExpressionError("表达式里有不可见的控制字符")
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"表达式超过 {MAX_LENGTH} 字")
    try:
        tree = Environment(autoescape=True).parse("{{ (" + text + "\n) }}")
    except TemplateSyntaxError as error:
        raise ExpressionError(f"表达式写法有误（{error.message}）：{text}") from None
    except RecursionError:
        raise ExpressionError("表达式嵌套过深") from None
    body = tree.body
    output = body[0] if len(body) == 1 else None
    if not isinstance(output, nodes.Output) or len(output.nodes) != 1:
        raise ExpressionError(f"不是一个表达式：{text}")
    generator = _Generator()
    python = generator.write(output.nodes[0])
    names = frozenset(generator.names) - {"row_number"}
    return Compiled(python, names, frozenset(generator.columns), frozenset(generator.parameters))


@lru_cache(maxsize=4096)
def split_text(text: str) -> list[tuple[bool, str]]:
    """A message cut into (is_expression, part); ``{{`` and ``}}`` stand for plain braces."""
    out: list[tuple[bool, str]] = []
    plain = ""
    i = 0
    while i < len(text):
        two = text[i : i + 2]
        if two in ("{{", "}}"):
            plain += two[0]
            i += 2
        elif text[i] == "{":
            end = text.find("}", i)
            if end < 0:
                raise ExpressionError(f"花括号没有闭合：{text}")
            if plain:
                out.append((False, plain))
                plain = ""
            out.append((True, text[i + 1 : end]))
            i = end + 1
        else:
            plain += text[i]
            i += 1
    if plain:
        out.append((False, plain))
    return out


_GLOBALS: dict[str, Any] = {"__builtins__": {}, **logic.OPERATORS}


@lru_cache(maxsize=20_000)
def _code(python: str) -> CodeType:
    return compile(f"lambda c: {python}", "<rule>", "eval")


@lru_cache(maxsize=20_000)
def function(python: str) -> Any:
    """The generated text as a function of one context."""
    return eval(_code(python), dict(_GLOBALS))  # noqa: S307  text of our own generator, no builtins, white-listed names

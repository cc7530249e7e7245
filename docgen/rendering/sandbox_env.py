"""Jinja's sandboxed environment with limits; apart from sandbox.py because it imports Jinja."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from jinja2 import StrictUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace

from docgen.rendering.sandbox import MAX_LENGTH, desk

_WIDE = 10_000
_WIDTH = re.compile(r"\d{4,}")
_OF_DICTS = frozenset(dir(dict))
_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:[,，]\d{3})+(?:\.\d+)?")
_NONE = object()
_TOO_LONG = "算出的文字或数太长"


class Missing(StrictUndefined):
    """Its error carries the bare name, from which the template makes words."""

    @property
    def _undefined_message(self) -> str:
        return self._undefined_hint or str(self._undefined_name)


class _Code(CodeGenerator):
    """Leaves escaping to ``finalize``, which does it for every value: one call instead of two."""

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(finalize.src or "(")

    def _output_child_post(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        self.write(")")

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802  Jinja's name
        self.write("environment.short(")
        super().visit_Concat(node, frame)
        self.write(")")

    def _output_child_to_const(self, node: nodes.Expr, frame: Frame, finalize: Any) -> str:
        const = node.as_const(frame.eval_ctx)
        if isinstance(node, nodes.TemplateData):
            return str(const)
        text = str(finalize.const(const))
        if "\x01" in text:  # a mark is of one fill, not of the master
            raise nodes.Impossible
        return text


class _ShortNamespace(Namespace):
    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, _short(value))


def _short(value: Any) -> Any:
    if isinstance(value, (str, list, tuple)) and len(value) > MAX_LENGTH:
        raise SecurityError(_TOO_LONG)
    return value


class Environment(ImmutableSandboxedEnvironment):
    """What operators, calls and loops may cost is bounded; see sandbox.py."""

    code_generator_class = _Code
    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=Missing, **options)
        self.globals["namespace"] = _ShortNamespace
        for name in ("format", "center", "indent", "batch", "slice", "replace", "join"):
            self.filters[name] = _guarded(self.filters[name], name)
        for name in ("int", "float"):
            self.filters[name] = _number(self.filters[name])

    short = staticmethod(_short)

    def _generate(self, source: nodes.Template, name: Any, filename: Any, defer_init: bool = False) -> str:
        for loop in list(source.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.iter.lineno)
        return super()._generate(source, name, filename, defer_init)

    def getattr(self, obj: Any, attribute: str) -> Any:
        if obj.__class__ is dict and attribute not in _OF_DICTS:  # rows are dicts, and Jinja asks for attributes first
            try:
                return obj[attribute]
            except KeyError:
                return self.undefined(obj=obj, name=attribute)
        return super().getattr(obj, attribute)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        if operator == "*":
            _check_product(left, right)
        elif operator == "**" and not (_size(left) * abs(float(right)) <= _WIDE):
            raise SecurityError(_TOO_LONG)
        elif operator == "%" and isinstance(left, str):
            _check_format(left)
        return _short(super().call_binop(context, operator, left, right))

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        wrapped = super().wrap_str_format(value)
        if wrapped is not None:
            _check_format(value.__self__)
        return wrapped

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805  Jinja's signature
        desk.charge(1)
        owner = getattr(__obj, "__self__", None)
        if isinstance(owner, str):
            _check_numbers(args)
            if getattr(__obj, "__name__", "") == "replace" and len(args) > 1:
                _check_replace(owner, str(args[0]), str(args[1]))
            if getattr(__obj, "__name__", "") == "join":
                _check_join(owner, args[0])
        return super().call(__context, __obj, *args, **kwargs)


def _size(value: Any) -> int:
    """Bits of a number, length of anything else."""
    if isinstance(value, int):
        return value.bit_length()
    return len(value) if hasattr(value, "__len__") else 64


def _check_product(left: Any, right: Any) -> None:
    for one, times in ((left, right), (right, left)):
        if isinstance(one, (str, list, tuple, bytes)) and isinstance(times, int) and len(one) * times > MAX_LENGTH:
            raise SecurityError(_TOO_LONG)
    if isinstance(left, int) and isinstance(right, int) and _size(left) + _size(right) > _WIDE:
        raise SecurityError(_TOO_LONG)


def _check_format(text: str) -> None:
    """A width of four digits, or one taken from a value, can fill the memory."""
    if _WIDTH.search(text) or "*" in text or re.search(r"\{[^{}]*:[^{}]*\{", text):
        raise SecurityError("格式里的宽度太大")


def _check_numbers(args: tuple[Any, ...]) -> None:
    if any(isinstance(a, int) and abs(a) > _WIDE for a in args):
        raise SecurityError(_TOO_LONG)


def _check_replace(text: str, old: str, new: str) -> None:
    if text.count(old) * len(new) > MAX_LENGTH:
        raise SecurityError(_TOO_LONG)


def _check_join(separator: str, values: Any) -> None:
    if isinstance(values, (list, tuple)) and sum(len(v) + len(separator) for v in values if isinstance(v, str)) > (
        MAX_LENGTH * 10
    ):
        raise SecurityError(_TOO_LONG)


def _number(filter_: Callable[..., Any]) -> Callable[..., Any]:
    """Jinja's ``int`` and ``float`` make 0 of what is no number: on a paper that is a wrong amount. Here only a default
    that the master names takes its place, and 1,234.50 is read as people write it. Raises ValueError."""

    def number(value: Any, default: Any = _NONE, *more: Any, **options: Any) -> Any:
        text = value.strip() if isinstance(value, str) else value
        if isinstance(text, str) and _THOUSANDS.fullmatch(text):
            text = text.replace(",", "").replace("，", "")
        found = filter_(text, _NONE, *more, **options)
        if found is not _NONE:
            return found
        if default is _NONE:
            raise ValueError("没有填写，不能当作数" if value in (None, "") else f"“{value}”不是数")
        return default

    return number


def _guarded(filter_: Callable[..., Any], name: str) -> Callable[..., Any]:
    """The filter, its numbers and lengths checked first; Jinja's marks (context, environment) are kept."""
    from functools import wraps

    @wraps(filter_)
    def checked(*args: Any, **kwargs: Any) -> Any:
        given = args[1:] if hasattr(filter_, "jinja_pass_arg") else args
        _check_numbers((*given[1:], *kwargs.values()))
        if name == "format":
            _check_format(str(given[0]))
        elif name == "replace" and len(given) > 2:
            _check_replace(str(given[0]), str(given[1]), str(given[2]))
        elif name == "join":
            _check_join(str(given[1]) if len(given) > 1 else "", given[0])
        return filter_(*args, **kwargs)

    return checked

"""Mutants of a source file: one small wrong change each, for benchmarks/mutation.py.

What is changed: `<` to `<=` (and the like), `==` to `!=`, `is`, `in` to their opposites; `+` to
`-`, `*` to `/`, `//` to `/`, `%` and `**` to `*`, `&` to `|`; a number + 1; `True` to `False`;
`not` and a minus dropped; `and` to `or`; a condition to its opposite; a returned value to None; a
keyword of a call left out.

What is not: texts (also those of errors: all of a `raise`), annotations, decorators, `__all__`,
imports, and `strict=` of `zip`, which guards against a programmer only.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

COMPARISONS = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
OPERATORS = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Mult,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}
FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
TEXTS = (ast.JoinedStr, ast.Raise, ast.Import, ast.ImportFrom)


class Mutant(NamedTuple):
    file: str  # from the root of the project
    function: str  # qualified, "" at the top of the file
    first_line: int  # of the outermost function (of its first decorator); 0 if in no body of one
    cached: bool  # who needs the function is not who calls it first
    line: int
    start: int  # offsets into the bytes of the file
    end: int
    before: str
    after: str
    nth: int  # of those that read the same within the function

    @property
    def key(self) -> str:
        """Name that stays the same while other parts of the file change."""
        where = f"{self.file}:{self.function}"
        return f"{where}: {self.before} -> {self.after}" + (f" #{self.nth}" if self.nth else "")

    def apply(self, source: bytes) -> bytes:
        return source[: self.start] + self.after.encode() + source[self.end :]


def _is_text(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return _is_text(node.left) or _is_text(node.right)
    return isinstance(node, ast.JoinedStr) or (
        isinstance(node, ast.Constant) and isinstance(node.value, str)
    )


def _changed(node: ast.AST, **fields) -> ast.AST:
    other = copy.copy(node)
    for name, value in fields.items():
        setattr(other, name, value)
    return other


def _with(items: list, k: int, item) -> list:
    return [*items[:k], item, *items[k + 1 :]]


def _changes(node: ast.AST) -> Iterator[tuple[ast.AST, ast.AST]]:
    """Pairs of a node and what stands in its place."""
    match node:
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                yield node, _changed(node, ops=_with(ops, k, COMPARISONS[type(op)]()))
        case ast.BinOp(op=op) if type(op) in OPERATORS and not _is_text(node):
            yield node, _changed(node, op=OPERATORS[type(op)]())
        case ast.AugAssign(op=op) if type(op) in OPERATORS and not _is_text(node.value):
            yield node, _changed(node, op=OPERATORS[type(op)]())
        case ast.Constant(value=bool(value)):
            yield node, ast.Constant(not value)
        case ast.Constant(value=int() | float() as value):
            yield node, ast.Constant(value + 1)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield node, node.operand
        case ast.BoolOp(op=op):
            yield node, _changed(node, op=ast.Or() if isinstance(op, ast.And) else ast.And())
        case ast.Call(keywords=keywords):
            for k, keyword in enumerate(keywords):
                if keyword.arg not in (None, "strict"):
                    yield node, _changed(node, keywords=keywords[:k] + keywords[k + 1 :])
        case ast.Return(value=ast.expr() as value) if not (
            isinstance(value, ast.Constant) and value.value is None
        ):
            yield value, ast.Constant(None)
    conditions = []
    if isinstance(node, ast.If | ast.IfExp | ast.While):
        conditions = [node.test]
    elif isinstance(node, ast.comprehension):
        conditions = node.ifs
    for test in conditions:
        # Of these, what they are made of is changed.
        if not isinstance(test, ast.Compare | ast.BoolOp | ast.UnaryOp):
            yield test, ast.UnaryOp(ast.Not(), test)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    for name, value in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "ops", "op", "ctx", "type_params"):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST) and not isinstance(child, TEXTS):
                yield child


def _is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"


def first_line(node: ast.AST) -> int:
    """Of a function, as its code object has it."""
    return min([node.lineno, *(d.lineno for d in node.decorator_list)])


def _walk(node: ast.AST, names: tuple[str, ...], first: int, cached: bool) -> Iterator[tuple]:
    if isinstance(node, ast.ClassDef | FUNCTIONS):
        names = (*names, node.name)
    for old, new in _changes(node):
        yield old, new, ".".join(names), first, cached
    body = first, cached
    if isinstance(node, FUNCTIONS) and not first:
        body = first_line(node), any("cache" in ast.unparse(d) for d in node.decorator_list)
    for child in _children(node):
        if not _is_all(child):
            # Defaults of arguments belong to what is around the function.
            around = isinstance(child, ast.arguments)
            yield from _walk(child, names, *((first, cached) if around else body))


def mutants_of(root: Path, file: str) -> list[Mutant]:
    """All mutants of a file, in the order of its lines."""
    source = (root / file).read_bytes()
    starts = [0]
    for line in source.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    seen, found = {}, []
    for old, new, function, *where in _walk(ast.parse(source), (), 0, False):
        start = starts[old.lineno - 1] + old.col_offset
        end = starts[old.end_lineno - 1] + old.end_col_offset
        before, after = (ast.unparse(ast.fix_missing_locations(n)) for n in (old, new))
        # In parentheses, so that what stands around does not take it apart.
        if isinstance(new, ast.expr) and not isinstance(new, ast.Constant):
            after = f"({after})"
        nth = seen[function, before, after] = seen.get((function, before, after), -1) + 1
        found.append(Mutant(file, function, *where, old.lineno, start, end, before, after, nth))
    return sorted(found, key=lambda m: (m.line, m.start))

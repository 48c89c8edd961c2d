"""Fail on tests that sleep or judge by a clock: on a busy machine they fail without a fault.

Found are calls of `sleep`, texts with `pg_sleep`, and comparisons of what a clock shows. Exceptions are
in `timing_exceptions.toml`, each with its reason; one that nothing needs is an error as well.
"""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

EXCEPTIONS = Path(__file__).with_name("timing_exceptions.toml")
# Benchmarks print times; nothing there is judged by them.
LEFT_OUT = ("tests/bench/",)
CLOCKS = {"monotonic", "perf_counter", "process_time", "thread_time", "time", "now", "utcnow"}
CLOCKS |= {f"{name}_ns" for name in CLOCKS}
Finding = tuple[int, str, str]


def findings(source: str) -> list[Finding]:
    """Return what is found in a module: line, enclosing function (or class and function), what it is."""
    finder = _Finder()
    finder.visit(ast.parse(source))
    return sorted(set(finder.found))


class _Finder(ast.NodeVisitor):
    """Collect sleeps and comparisons of clocks, function by function."""

    def __init__(self) -> None:
        self.found: list[Finding] = []
        self._places: list[str] = []
        self._from_clock: set[str] = set()
        # With functions of the module that return what a clock shows.
        self._clocks = set(CLOCKS)

    def _report(self, node: ast.expr, what: str) -> None:
        self.found.append((node.lineno, ".".join(self._places), what))

    def _visit_place(self, node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        outer = set(self._from_clock)
        self._places.append(node.name)
        self.generic_visit(node)
        self._places.pop()
        self._from_clock = outer

    visit_ClassDef = visit_FunctionDef = visit_AsyncFunctionDef = _visit_place  # noqa: N815

    def visit_Call(self, node: ast.Call) -> None:
        if _name_of(node.func) == "sleep":
            self._report(node, "sleep")
        self.generic_visit(node)
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        is_kept = isinstance(owner, ast.Name) and _name_of(node.func) in {"append", "add"}
        if is_kept and any(self._shows_time(argument) for argument in node.args):
            self._from_clock.add(owner.id)

    def visit_Constant(self, node: ast.Constant) -> None:
        if isinstance(node.value, str) and "pg_sleep(" in node.value:
            self._report(node, "pg_sleep")

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        if self._shows_time(node.value):
            names = (inner for target in node.targets for inner in ast.walk(target))
            self._from_clock |= {inner.id for inner in names if isinstance(inner, ast.Name)}

    def visit_Return(self, node: ast.Return) -> None:
        self.generic_visit(node)
        if node.value is not None and self._places and self._shows_time(node.value):
            self._clocks.add(self._places[-1])

    def visit_Compare(self, node: ast.Compare) -> None:
        # Only a clock that stands still can be equal to anything.
        is_order = any(isinstance(o, ast.Lt | ast.LtE | ast.Gt | ast.GtE) for o in node.ops)
        parts = [part for part in ast.walk(node) if isinstance(part, ast.expr)]
        if is_order and any(self._shows_time(part) for part in parts):
            self._report(node, "comparison of a clock")
        self.generic_visit(node)

    def _shows_time(self, node: ast.expr) -> bool:
        """Say whether a value is what a clock shows, or a sum or difference of that."""
        if isinstance(node, ast.Call):
            name = _name_of(node.func)
            if name in {"min", "max", "abs", "round", "sum", "int"}:
                return any(self._shows_time(argument) for argument in node.args)
            return name in self._clocks
        if isinstance(node, ast.BinOp):
            return self._shows_time(node.left) or self._shows_time(node.right)
        if isinstance(node, ast.Tuple | ast.List):
            return any(self._shows_time(element) for element in node.elts)
        return isinstance(node, ast.Name) and node.id in self._from_clock


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _modules() -> Iterator[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "tests/*.py"]
    names = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return (name for name in names if not name.startswith(LEFT_OUT) and Path(name).is_file())


def main() -> int:
    """Print what is found and not excepted, and each exception that nothing needs."""
    rows = tomllib.loads(EXCEPTIONS.read_text(encoding="utf-8")).get("exception", [])
    excepted = {(row["file"], row["function"]): row["reason"] for row in rows}
    needed, errors = set(), []
    for name in _modules():
        for line, place, what in findings(Path(name).read_text(encoding="utf-8")):
            if excepted.get((name, place)):
                needed.add((name, place))
            else:
                errors.append(f"{name}:{line}: {what} in {place or 'the module'}")
    errors += [
        f"{file}, {place}: an exception for nothing" for file, place in excepted.keys() - needed
    ]
    for error in errors:
        print(error)
    if errors:
        print(
            f"Test what is counted, and drive races by events; exceptions are in {EXCEPTIONS.name}."
        )
    print(f"Timing in tests: {len(needed)} exceptions, {len(errors)} errors.")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())

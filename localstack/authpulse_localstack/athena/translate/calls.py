"""Function calls: special forms, functions by signature, aggregates and windows."""

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from authpulse_localstack.athena.errors import QueryError, not_supported
from authpulse_localstack.athena.functions import registry
from authpulse_localstack.athena.functions.missing import MISSING
from authpulse_localstack.athena.functions.registry import Implementation, Invocation, Modifiers
from authpulse_localstack.athena.functions.signatures import Match, Pattern, match_values
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.lexer import Position
from authpulse_localstack.athena.translate.casts import coerce
from authpulse_localstack.athena.translate.coercion import common_type
from authpulse_localstack.athena.translate.context import Context
from authpulse_localstack.athena.translate.typed import Typed, cast_to, combine
from authpulse_localstack.athena.translate.windows import over
from authpulse_localstack.athena.types import BIGINT, UNKNOWN, VARCHAR, Function, Type, duckdb_type, is_orderable


class Calls(ABC):
    """What an expression needs to call functions; `expressions` adds the rest."""

    context: Context
    windows: Mapping[str, nodes.Window]

    @abstractmethod
    def translate(self, node: nodes.Expression) -> Typed: ...

    @abstractmethod
    def boolean(self, node: nodes.Expression, what: str) -> Typed: ...

    @abstractmethod
    def same_type(self, values: list[Typed], what: str) -> Type: ...

    @abstractmethod
    def apply_lambda(
        self, node: nodes.Lambda, types: list[Type], bind: Callable[[str], list[str]] | None
    ) -> tuple[str, Typed]: ...

    def call(self, node: nodes.Call) -> Typed:
        name = node.name.lower()
        form = _FORMS.get(name)
        if form is not None:
            return form(self, node)
        if name in registry.AGGREGATES or name in registry.WINDOWS:
            return self._aggregate_or_window(node, name)
        modified = node.window is not None or node.filter is not None or node.distinct or node.order_by
        if modified and (name in registry.SCALARS or name in registry.BUILDERS):
            raise QueryError("FUNCTION_NOT_AGGREGATE", f"Function '{name}' is not an aggregate function", node.at)
        return self.invoke(name, node.arguments, node.at)

    # scalar functions

    def invoke(self, name: str, arguments: Sequence[nodes.Expression], at: Position) -> Typed:
        """A function by its name, with arguments that are not translated yet."""
        found = registry.BUILDERS.get(name)
        if found is not None and len(arguments) in found[0]:
            typed = [self.translate(a) for a in arguments]
            return found[1](Invocation(name, typed, at, self.context))
        implementations = registry.SCALARS.get(name, [])
        if not implementations and found is None:
            raise unknown_function(name, at)
        values = [None if isinstance(a, nodes.Lambda) else self.translate(a) for a in arguments]
        chosen, match = self._choose(name, implementations, values, at)
        return self._fill(chosen, match, arguments, values, at, Modifiers())

    def _choose(
        self, name: str, implementations: list[Implementation], values: list[Typed | None], at: Position
    ) -> tuple[Implementation, Match]:
        types = [None if v is None else v.type for v in values]
        best: tuple[Implementation, Match] | None = None
        for implementation in implementations:
            match = match_values(implementation.signature, types)
            if match is not None and (best is None or match.coerced < best[1].coerced):
                best = implementation, match
        if best is None:
            shown = ", ".join("<function>" if t is None else str(t) for t in types)
            expected = ", ".join(sorted({str(i.signature) for i in implementations})) or "other arguments"
            message = f"Unexpected parameters ({shown}) for function {name}. Expected: {expected}"
            raise QueryError("FUNCTION_NOT_FOUND", message, at)
        return best

    def _fill(
        self,
        chosen: Implementation,
        match: Match,
        arguments: Sequence[nodes.Expression],
        values: list[Typed | None],
        at: Position,
        modifiers: Modifiers,
    ) -> Typed:
        """The text of an implementation with its arguments in it."""
        signature = chosen.signature
        texts: list[str] = [""] * len(values)
        parts: list[Typed] = []
        bindings = lambda_bindings(chosen.text)
        plain = [n for n, value in enumerate(values) if value is not None]
        lambdas = [n for n, value in enumerate(values) if value is None]
        for n in [*lambdas, *plain] if not bindings else [*plain, *lambdas]:
            value, argument = values[n], arguments[n]
            if value is None and isinstance(argument, nodes.Lambda):
                bind = _binder(bindings[n], texts) if n in bindings else None
                texts[n], body = self._lambda(argument, signature.parameter(n).parts, match, bind)
                parts.append(body)
            elif value is not None:
                texts[n] = coerce(value, _resolved(match, signature.parameter(n))).sql
                parts.append(value)
        variables = {name: duckdb_type(t) for name, t in match.bindings.items()}
        sql = modifiers.write(without_bindings(chosen.text), lambda template: fill(template, texts, variables))
        return combine(sql, _resolved(match, signature.result), at, *parts)

    def _lambda(
        self, node: nodes.Lambda, parts: Sequence[Pattern], match: Match, bind: Callable[[str], list[str]] | None
    ) -> tuple[str, Typed]:
        """A lambda whose parameters' types are known from the other arguments; its result may widen a variable."""
        for _ in range(2):
            types = [match.resolve(p) or UNKNOWN for p in parts[:-1]]
            names, body = self.apply_lambda(node, types, bind)
            wanted = match.resolve(parts[-1])
            if wanted is None:
                if match.bind(parts[-1], body.type):
                    return f"lambda {names}: {body.sql}", body
                break
            common = common_type(wanted, body.type)
            if common == wanted:
                return f"lambda {names}: {coerce(body, wanted).sql}", body
            if common is None or not parts[-1].is_variable:
                break
            match.bindings[parts[-1].name] = common
        raise QueryError("TYPE_MISMATCH", f"Unexpected lambda {Function(tuple(types), body.type)}", node.at)

    # aggregates and windows

    def _aggregate_or_window(self, node: nodes.Call, name: str) -> Typed:
        implementations = registry.AGGREGATES.get(name, []) + registry.WINDOWS.get(name, [])
        if name in registry.WINDOWS and name not in registry.AGGREGATES and node.window is None:
            raise QueryError("MISSING_OVER", f"Window function {name} requires an OVER clause", node.at)
        arguments = () if node.star else node.arguments
        values = [None if isinstance(a, nodes.Lambda) else self.translate(a) for a in arguments]
        self._check_nesting(node, name, values)
        suffix, parts = "", [v for v in values if v is not None]
        if node.filter is not None:
            condition = self.boolean(node.filter, "Filter expression")
            parts.append(condition)
            suffix += f" FILTER (WHERE {condition.sql})"
        window = over(self, node.window, self.windows) if node.window is not None else None
        if window is not None:
            suffix += f" OVER ({window.sql})"
            parts.append(window)
        modifiers = Modifiers(
            distinct="DISTINCT " if node.distinct else "",
            order_by=self._order_by(node),
            ignore_nulls=" IGNORE NULLS" if node.ignore_nulls else "",
            suffix=suffix,
        )
        chosen, match = self._choose(name, implementations, values, node.at)
        typed = self._fill(chosen, match, arguments, values, node.at, modifiers)
        inside = any(p.window for p in parts) or window is not None
        return replace(typed, constant=False, aggregate=window is None, window=inside)

    def _check_nesting(self, node: nodes.Call, name: str, values: Sequence[Typed | None]) -> None:
        inner = [v for v in values if v is not None]
        if node.window is None and any(v.aggregate for v in inner):
            message = f"Cannot nest aggregations inside aggregation '{name}'"
            raise QueryError("NESTED_AGGREGATION", message, node.at)
        if any(v.window for v in inner):
            message = f"Cannot nest window functions inside {'window' if node.window else 'aggregation'} '{name}'"
            raise QueryError("NESTED_WINDOW", message, node.at)
        if node.distinct and node.window is not None:
            raise QueryError("NOT_SUPPORTED", "DISTINCT in window function parameters not yet supported", node.at)

    def _order_by(self, node: nodes.Call) -> str:
        if not node.order_by:
            return ""
        return f" ORDER BY {sort_keys(self, node.order_by)}"

    # special forms

    def coalesce(self, node: nodes.Call) -> Typed:
        if len(node.arguments) < 2:
            raise QueryError("INVALID_ARGUMENTS", "The 'coalesce' function must have at least two arguments", node.at)
        values = [self.translate(a) for a in node.arguments]
        common = self.same_type(values, "All COALESCE operands")
        return combine(f"coalesce({', '.join(coerce(v, common).sql for v in values)})", common, node.at, *values)

    def nullif(self, node: nodes.Call) -> Typed:
        first, second = self._two(node)
        common = common_type(first.type, second.type)
        if common is None:
            message = f"Types are not comparable with NULLIF: {first.type} vs {second.type}"
            raise QueryError("TYPE_MISMATCH", message, node.at)
        equal = f"{coerce(first, common).sql} = {coerce(second, common).sql}"
        return combine(f"CASE WHEN {equal} THEN NULL ELSE {first.sql} END", first.type, node.at, first, second)

    def _two(self, node: nodes.Call) -> tuple[Typed, Typed]:
        if len(node.arguments) != 2:
            message = f"Invalid number of arguments for '{node.name.lower()}' function"
            raise QueryError("INVALID_ARGUMENTS", message, node.at)
        return self.translate(node.arguments[0]), self.translate(node.arguments[1])

    def if_(self, node: nodes.Call) -> Typed:
        if len(node.arguments) not in {2, 3}:
            raise QueryError("INVALID_ARGUMENTS", "Invalid number of arguments for 'if' function", node.at)
        condition = self.boolean(node.arguments[0], "IF condition")
        values = [self.translate(a) for a in node.arguments[1:]]
        common = self.same_type(values, "Result types for IF")
        texts = [coerce(v, common).sql for v in values]
        otherwise = f" ELSE {texts[1]}" if len(texts) == 2 else ""
        sql = f"CASE WHEN {condition.sql} THEN {texts[0]}{otherwise} END"
        return combine(sql, common, node.at, condition, *values)

    def try_(self, node: nodes.Call) -> Typed:
        """NULL for the errors that Trino lets TRY catch: all that a value can cause."""
        if len(node.arguments) != 1:
            raise QueryError("INVALID_ARGUMENTS", "The 'try' function must have exactly one argument", node.at)
        value = self.translate(node.arguments[0])
        if value.aggregate or value.window or "(SELECT" in value.sql:
            raise not_supported("TRY around an aggregate, a window function or a subquery", node.at)
        if value.constant and self.context.fails(value.sql):  # DuckDB works constants out before it minds the TRY
            return Typed(cast_to("NULL", value.type), value.type, node.at, constant=True)
        return combine(f"TRY({value.sql})", value.type, node.at, value)

    def typeof(self, node: nodes.Call) -> Typed:
        value = self.translate(node.arguments[0])
        return combine(f"'{value.type}'", VARCHAR, node.at, value)

    def grouping(self, node: nodes.Call) -> Typed:
        values = [self.translate(a) for a in node.arguments]
        sql = f"grouping({', '.join(v.sql for v in values)})"
        return replace(combine(f"CAST({sql} AS BIGINT)", BIGINT, node.at, *values), constant=False, aggregate=True)

    def count(self, node: nodes.Call) -> Typed:
        """count() and count(*) are one."""
        if not node.star and node.arguments:
            return self._aggregate_or_window(node, "count")
        return self._aggregate_or_window(replace(node, star=True), "count")


def is_aggregate(node: nodes.Expression) -> bool:
    """Whether a node is a call that makes one value of many rows (a window over rows is not)."""
    if not isinstance(node, nodes.Call) or node.window is not None:
        return False
    return node.name.lower() in registry.AGGREGATES or node.name.lower() == "grouping"


def unknown_function(name: str, at: Position) -> QueryError:
    """Not a function of Trino's, or one that is not done here."""
    if name in MISSING:
        return not_supported(f"The function {name}", at)
    return QueryError("FUNCTION_NOT_FOUND", f"Function '{name}' not registered", at)


def fill(text: str, arguments: list[str], variables: Mapping[str, str]) -> str:
    """{0}, {*} and {T} in a template. Not str.format: an argument may hold braces."""
    filled = text.replace("{*}", "\0*\0")
    for n, _ in enumerate(arguments):
        filled = filled.replace(f"{{{n}}}", f"\0{n}\0")
    for name, type_ in variables.items():
        filled = filled.replace(f"{{{name}}}", type_)
    filled = filled.replace("\0*\0", ", ".join(arguments))
    for n, argument in enumerate(arguments):
        filled = filled.replace(f"\0{n}\0", argument)
    return filled


def sort_keys(calls: Calls, items: Sequence[nodes.SortItem]) -> str:
    """ORDER BY inside a call or a window."""
    keys = []
    for item in items:
        key = calls.translate(item.key)
        if not is_orderable(key.type):
            message = f"Type {key.type} is not orderable, and therefore cannot be used in ORDER BY"
            raise QueryError("TYPE_MISMATCH", message, item.at)
        keys.append(f"{key.sql} {direction(item)}")
    return ", ".join(keys)


def direction(item: nodes.SortItem) -> str:
    return f"{'DESC' if item.descending else 'ASC'} NULLS {'FIRST' if item.nulls_first else 'LAST'}"


_BINDING: Final = re.compile(r"\{(\d+):((?:[^{}]|\{\w+\})*)\}")


def lambda_bindings(text: str) -> dict[int, str]:
    """{2: {0}[{v}], {1}[{v}]} in a template: what the parameters of a lambda stand for, given one variable v."""
    return {int(number): bound.strip() for number, bound in _BINDING.findall(text)}


def without_bindings(text: str) -> str:
    return _BINDING.sub(r"{\1}", text)


def _binder(bound: str, texts: list[str]) -> Callable[[str], list[str]]:
    def bind(variable: str) -> list[str]:
        return [fill(part, texts, {"v": variable}) for part in bound.split(", ")]

    return bind


def _resolved(match: Match, pattern: Pattern) -> Type:
    found = match.resolve(pattern)
    if found is None:
        raise TypeError(f"a type variable of {pattern} is free")
    return found


Form = Callable[[Calls, nodes.Call], Typed]
_FORMS: Final[dict[str, Form]] = {
    "coalesce": Calls.coalesce,
    "count": Calls.count,
    "grouping": Calls.grouping,
    "if": Calls.if_,
    "nullif": Calls.nullif,
    "try": Calls.try_,
    "typeof": Calls.typeof,
}

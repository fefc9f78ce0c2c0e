"""Function calls, windows, lambdas, sort keys and names of types."""

from abc import ABC, abstractmethod
from typing import Final, Literal, cast

from authpulse_localstack.athena.errors import not_supported
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.cursor import TokenCursor
from authpulse_localstack.athena.sql.lexer import Kind, Position
from authpulse_localstack.athena.sql.nodes import Expression

_ZONED: Final = ("TIMESTAMP", "TIME")


class CallParser(TokenCursor, ABC):
    """What looks like name( … )."""

    @abstractmethod
    def expression(self) -> Expression: ...

    @abstractmethod
    def value(self) -> Expression: ...

    def sees_call(self) -> bool:
        distance = 1
        while self.sees_symbol(".", distance) and self.sees_name(distance + 1):
            distance += 2
        return self.sees_symbol("(", distance)

    def call(self) -> Expression:
        """name([DISTINCT] arguments [ORDER BY …]) [FILTER …] [IGNORE NULLS] [OVER …]"""
        at = self.at
        name = ".".join(part.name for part in self.qualified_name())
        syntax = _SYNTAX.get(name.upper())
        if syntax is not None:
            return syntax(self, at)
        self.expect_symbol("(")
        if self.accepts_symbol("*"):
            self.expect_symbol(")")
            return self._modified(nodes.Call(at, name, star=True))
        distinct = self.accepts("DISTINCT")
        if not distinct and self.sees("ALL") and not self.sees_symbol(")", 1):
            self.advance()
        arguments = () if self.sees_symbol(")") or self.sees("ORDER") else self.listed(self.expression)
        order_by = self.order_by()
        self.expect_symbol(")")
        return self._modified(nodes.Call(at, name, arguments, distinct=distinct, order_by=order_by))

    def plain_call(self) -> Expression:
        """A call by a reserved word."""
        token = self.advance()
        return nodes.Call(token.at, token.value, self.parenthesized(self.expression))

    def _modified(self, call: nodes.Call) -> nodes.Call:
        condition, window = None, None
        if self.sees("FILTER") and self.sees_symbol("(", 1):
            self.advance()
            self.expect_symbol("(")
            self.expect("WHERE")
            condition = self.expression()
            self.expect_symbol(")")
        ignore_nulls = self.accepts("IGNORE", "NULLS")
        if not ignore_nulls:
            self.accepts("RESPECT", "NULLS")
        if self.accepts("OVER"):
            window = self.window()
        return nodes.Call(
            call.at,
            call.name,
            call.arguments,
            distinct=call.distinct,
            star=call.star,
            order_by=call.order_by,
            filter=condition,
            window=window,
            ignore_nulls=ignore_nulls,
        )

    # calls with a syntax of their own

    def extract(self) -> Expression:
        at = self.advance().at
        self.expect_symbol("(")
        field = self.identifier().name
        self.expect("FROM")
        operand = self.value()
        self.expect_symbol(")")
        return nodes.Extract(at, field.upper(), operand)

    def trim(self) -> Expression:
        """trim(x), trim(x, y), trim([LEADING | TRAILING | BOTH] [y] FROM x)"""
        at = self.advance().at
        self.expect_symbol("(")
        functions = {"LEADING": "ltrim", "TRAILING": "rtrim", "BOTH": "trim"}
        side = self.token.word
        function = functions.get(side, "trim")
        if side in functions:
            self.advance()
        if self.accepts("FROM"):
            arguments: tuple[Expression, ...] = (self.value(),)
        else:
            first = self.value()
            if self.accepts("FROM"):
                arguments = (self.value(), first)
            elif self.accepts_symbol(","):
                arguments = (first, self.value())
            else:
                arguments = (first,)
        self.expect_symbol(")")
        return nodes.Call(at, function, arguments)

    def listagg(self) -> Expression:
        at = self.advance().at
        self.expect_symbol("(")
        distinct = self.accepts("DISTINCT")
        arguments = self.listed(self.expression)
        if self.sees("ON", "OVERFLOW"):
            raise not_supported("ON OVERFLOW of LISTAGG", self.at)
        self.expect_symbol(")")
        self.expect("WITHIN", "GROUP")
        self.expect_symbol("(")
        order_by = self.order_by()
        self.expect_symbol(")")
        return self._modified(nodes.Call(at, "listagg", arguments, distinct=distinct, order_by=order_by))

    def sql_json(self) -> Expression:
        """JSON_VALUE and its kin, without their clauses."""
        token = self.advance()
        self.expect_symbol("(")
        arguments = () if self.sees_symbol(")") else self.listed(self.expression)
        if not self.sees_symbol(")"):
            raise not_supported(f"'{self.token.text}' in {token.word}", self.at)
        self.expect_symbol(")")
        return nodes.Call(token.at, token.value, arguments)

    def session_value(self) -> Expression:
        token = self.advance()
        return nodes.Call(token.at, token.value)

    def _position(self, at: Position) -> Expression:
        """position(y IN x)"""
        self.expect_symbol("(")
        needle = self.value()
        self.expect("IN")
        haystack = self.value()
        self.expect_symbol(")")
        return nodes.Call(at, "strpos", (haystack, needle))

    def _substring(self, at: Position) -> Expression:
        """substring(x, 2, 3), substring(x FROM 2 FOR 3)"""
        self.expect_symbol("(")
        arguments = [self.expression()]
        if self.accepts("FROM"):
            arguments.append(self.value())
            if self.accepts("FOR"):
                arguments.append(self.value())
        else:
            while self.accepts_symbol(","):
                arguments.append(self.expression())
        self.expect_symbol(")")
        return nodes.Call(at, "substr", tuple(arguments))

    # lambdas

    def sees_lambda(self) -> bool:
        if self.sees_name() and self.sees_symbol("->", 1):
            return True
        if not self.sees_symbol("("):
            return False
        distance = 1
        while self.sees_name(distance) or self.sees_symbol(",", distance):
            distance += 1
        return self.sees_symbol(")", distance) and self.sees_symbol("->", distance + 1)

    def lambda_(self) -> Expression:
        at = self.at
        if self.accepts_symbol("("):
            parameters = () if self.sees_symbol(")") else self.listed(self.identifier)
            self.expect_symbol(")")
        else:
            parameters = (self.identifier(),)
        self.expect_symbol("->")
        return nodes.Lambda(at, parameters, self.expression())

    # order and windows

    def order_by(self) -> tuple[nodes.SortItem, ...]:
        return self.listed(self._sort_item) if self.accepts("ORDER", "BY") else ()

    def _sort_item(self) -> nodes.SortItem:
        at = self.at
        key = self.expression()
        descending = self.accepts("DESC")
        if not descending:
            self.accepts("ASC")
        nulls_first = False
        if self.accepts("NULLS"):
            nulls_first = self.accepts("FIRST")
            if not nulls_first:
                self.expect("LAST")
        return nodes.SortItem(at, key, descending, nulls_first)

    def window(self) -> nodes.Window:
        """After OVER: a name, or a specification in parentheses."""
        at = self.at
        if not self.sees_symbol("("):
            return nodes.Window(at, self.identifier())
        return self.window_specification()

    def window_specification(self) -> nodes.Window:
        at = self.expect_symbol("(")
        name = self.identifier() if self.sees_name() and not self._sees_window_part() else None
        partition_by = self.listed(self.expression) if self.accepts("PARTITION", "BY") else ()
        order_by = self.order_by()
        unit, start, end = self._frame()
        self.expect_symbol(")")
        return nodes.Window(at, name, partition_by, order_by, unit, start, end)

    def _sees_window_part(self) -> bool:
        return self.sees("PARTITION", "BY") or self.sees_one_of(("ROWS", "RANGE", "GROUPS"))

    def _frame(
        self,
    ) -> tuple[Literal["ROWS", "RANGE", "GROUPS"] | None, nodes.FrameBound | None, nodes.FrameBound | None]:
        if not self.sees_one_of(("ROWS", "RANGE", "GROUPS")):
            return None, None, None
        unit = cast("Literal['ROWS', 'RANGE', 'GROUPS']", self.advance().word)
        if not self.accepts("BETWEEN"):
            return unit, self._bound(), None
        start = self._bound()
        self.expect("AND")
        return unit, start, self._bound()

    def _bound(self) -> nodes.FrameBound:
        at = self.at
        if self.accepts("CURRENT", "ROW"):
            return nodes.FrameBound(at, "CURRENT ROW")
        if self.accepts("UNBOUNDED"):
            if self.accepts("PRECEDING"):
                return nodes.FrameBound(at, "UNBOUNDED PRECEDING")
            self.expect("FOLLOWING")
            return nodes.FrameBound(at, "UNBOUNDED FOLLOWING")
        value = self.value()
        if self.accepts("PRECEDING"):
            return nodes.FrameBound(at, "PRECEDING", value)
        self.expect("FOLLOWING")
        return nodes.FrameBound(at, "FOLLOWING", value)

    # types

    def type_name(self) -> nodes.TypeName:
        """bigint, varchar(3), timestamp(6) with time zone, array(row(a bigint)), interval day to second, …"""
        at = self.at
        name = self.advance().value.lower() if self.token.kind is Kind.WORD else self.identifier().name.lower()
        if name == "double":
            self.accepts("PRECISION")
        elif name == "interval":
            return self._interval_type(at)
        parameters: tuple[int | nodes.TypeName | tuple[str | None, nodes.TypeName], ...] = ()
        if self.sees_symbol("("):
            parameters = self.parenthesized(self._type_parameter)
        elif name in {"array", "map"} and self.accepts_symbol("<"):
            parameters = self.listed(self.type_name)
            self.expect_symbol(">")
        if name.upper() in _ZONED:
            if self.accepts("WITH", "TIME", "ZONE"):
                name += " with time zone"
            else:
                self.accepts("WITHOUT", "TIME", "ZONE")
        type_ = nodes.TypeName(at, name, parameters)
        while self.accepts("ARRAY"):
            type_ = nodes.TypeName(at, "array", (type_,))
        return type_

    def _interval_type(self, at: Position) -> nodes.TypeName:
        for words in (("DAY", "TO", "SECOND"), ("YEAR", "TO", "MONTH")):
            if self.accepts(*words):
                return nodes.TypeName(at, "interval " + " ".join(words).lower())
        raise self.fail("'DAY TO SECOND'", "'YEAR TO MONTH'")

    def _type_parameter(self) -> int | nodes.TypeName | tuple[str | None, nodes.TypeName]:
        if self.token.kind is Kind.INTEGER:
            return self.integer()
        if self.sees_name() and self.ahead().kind in {Kind.WORD, Kind.QUOTED} and not self._sees_type_of_two_words():
            return self.identifier().name, self.type_name()
        return self.type_name()

    def _sees_type_of_two_words(self) -> bool:
        pairs = (("DOUBLE", "PRECISION"), ("INTERVAL", "DAY"), ("INTERVAL", "YEAR"))
        zoned = ((word, with_) for word in _ZONED for with_ in ("WITH", "WITHOUT"))
        return any(self.sees(*pair) for pair in (*pairs, *zoned)) or self._sees_array_of_this()

    def _sees_array_of_this(self) -> bool:
        """`bigint ARRAY`; in `b array(bigint)` b is the name of a field."""
        return self.ahead().word == "ARRAY" and not (self.sees_symbol("(", 2) or self.sees_symbol("<", 2))


_SYNTAX: Final = {
    "POSITION": CallParser._position,
    "SUBSTRING": CallParser._substring,
}

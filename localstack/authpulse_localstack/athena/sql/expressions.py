"""Expressions, by precedence: OR, AND, NOT, predicates, ||, + -, * / %, sign, AT TIME ZONE, primary."""

from abc import ABC, abstractmethod
from typing import Final, Literal, cast

from authpulse_localstack.athena.errors import MalformedQueryError
from authpulse_localstack.athena.sql import nodes
from authpulse_localstack.athena.sql.calls import CallParser
from authpulse_localstack.athena.sql.lexer import Kind, Position
from authpulse_localstack.athena.sql.nodes import Expression

COMPARISONS: Final = ("=", "<>", "!=", "<", "<=", ">", ">=")
UNITS: Final = frozenset({"YEAR", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND"})
QUERY_WORDS: Final = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})


class ExpressionParser(CallParser, ABC):
    """Everything that has a value."""

    @abstractmethod
    def query(self) -> nodes.Query: ...

    def expression(self) -> Expression:
        return self._logical("OR")

    def _logical(self, operator: Literal["OR", "AND"]) -> Expression:
        at = self.at
        term = self._negation if operator == "AND" else (lambda: self._logical("AND"))
        terms = [term()]
        while self.accepts(operator):
            terms.append(term())
        return terms[0] if len(terms) == 1 else nodes.Logical(at, operator, tuple(terms))

    def _negation(self) -> Expression:
        at = self.at
        if self.accepts("NOT"):
            return nodes.Not(at, self._negation())
        return self._predicate()

    def _predicate(self) -> Expression:
        left = self.value()
        at = self.at
        operator = self.accepts_symbol(*COMPARISONS)
        if operator:
            return self._comparison(at, "<>" if operator == "!=" else operator, left)
        if self.accepts("IS"):
            return self._is(at, left)
        negated = self.accepts("NOT")
        positive = self._range_or_member(at, left)
        if positive is None:
            if negated:
                raise self.fail("'BETWEEN'", "'IN'", "'LIKE'")
            return left
        return nodes.Not(at, positive) if negated else positive

    def _comparison(self, at: Position, operator: str, left: Expression) -> Expression:
        for word, quantifier in (("ALL", "ALL"), ("ANY", "ANY"), ("SOME", "ANY")):
            if self.sees(word) and self.sees_symbol("(", 1):
                self.advance()
                return nodes.QuantifiedComparison(
                    at, operator, cast("Literal['ALL', 'ANY']", quantifier), left, self.subquery()
                )
        return nodes.Comparison(at, operator, left, self.value())

    def _is(self, at: Position, left: Expression) -> Expression:
        negated = self.accepts("NOT")
        if self.accepts("NULL"):
            test = nodes.IsNull(at, left)
            return nodes.Not(at, test) if negated else test
        self.expect("DISTINCT", "FROM")
        return nodes.Distinctness(at, left, self.value(), negated)

    def _range_or_member(self, at: Position, left: Expression) -> Expression | None:
        if self.accepts("BETWEEN"):
            low = self.value()
            self.expect("AND")
            return nodes.Between(at, left, low, self.value())
        if self.accepts("IN"):
            if self.sees_query():
                return nodes.InQuery(at, left, self.subquery())
            return nodes.InList(at, left, self.parenthesized(self.expression))
        if self.accepts("LIKE"):
            pattern = self.value()
            return nodes.Like(at, left, pattern, self.value() if self.accepts("ESCAPE") else None)
        return None

    # values

    def value(self) -> Expression:
        left = self._sum()
        while self.sees_symbol("||"):
            at = self.advance().at
            left = nodes.Concatenation(at, left, self._sum())
        return left

    def _sum(self) -> Expression:
        left = self._product()
        while self.sees_symbol("+") or self.sees_symbol("-"):
            operator = self.advance()
            left = nodes.Arithmetic(operator.at, operator.text, left, self._product())
        return left

    def _product(self) -> Expression:
        left = self._signed()
        while self.sees_symbol("*") or self.sees_symbol("/") or self.sees_symbol("%"):
            operator = self.advance()
            left = nodes.Arithmetic(operator.at, operator.text, left, self._signed())
        return left

    def _signed(self) -> Expression:
        at = self.at
        if not (self.sees_symbol("-") or self.sees_symbol("+")):
            return self._zoned()
        sign = cast("Literal['+', '-']", self.advance().text)
        operand = self._signed()
        if sign == "-" and isinstance(operand, nodes.NumberLiteral) and not operand.text.startswith("-"):
            return nodes.NumberLiteral(at, operand.kind, "-" + operand.text)  # so that the smallest bigint is one
        return nodes.Unary(at, sign, operand)

    def _zoned(self) -> Expression:
        operand = self.primary()
        while self.sees("AT", "TIME", "ZONE"):
            at = self.expect("AT", "TIME", "ZONE")
            operand = nodes.AtTimeZone(at, operand, self.primary())
        return operand

    # primary

    def primary(self) -> Expression:
        expression = self._primary()
        while True:
            if self.sees_symbol(".") and self.sees_name(1):
                at = self.advance().at
                expression = nodes.Dereference(at, expression, self.identifier())
            elif self.sees_symbol("["):
                at = self.advance().at
                expression = nodes.Subscript(at, expression, self.expression())
                self.expect_symbol("]")
            else:
                return expression

    def _primary(self) -> Expression:
        token = self.token
        if token.kind in {Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE}:
            self.advance()
            kind = cast("Literal['integer', 'decimal', 'double']", token.kind.name.lower())
            return nodes.NumberLiteral(token.at, kind, token.value)
        if token.kind is Kind.STRING:
            self.advance()
            return nodes.StringLiteral(token.at, token.value)
        if token.kind is Kind.BINARY:
            return self._binary()
        if self.accepts_symbol("?"):
            return nodes.Parameter(token.at, self.parameters_before(token))
        if self.sees_symbol("("):
            return self._parenthesis()
        return self._word()

    def _binary(self) -> Expression:
        token = self.advance()
        try:
            return nodes.BinaryLiteral(token.at, bytes.fromhex(token.value))
        except ValueError:
            raise MalformedQueryError(
                "Binary literal can only contain hexadecimal digits, in pairs", token.at
            ) from None

    def _parenthesis(self) -> Expression:
        at = self.at
        if self.sees_lambda():
            return self.lambda_()
        if self.sees_query():
            query = self.attempt(self.subquery)
            if query is not None:
                return nodes.ScalarQuery(at, query)
        items = self.parenthesized(self.expression)
        return items[0] if len(items) == 1 else nodes.RowConstructor(at, items)

    def _word(self) -> Expression:
        token = self.token
        special = _SPECIAL.get(token.word)
        if special is not None:
            return special(self)
        if not self.sees_name():
            raise self.fail("<expression>") if token.kind is not Kind.BACKQUOTED else self._backquoted()
        if token.word == "INTERVAL" and (self.ahead().kind is Kind.STRING or self.ahead().text in ("+", "-")):
            return self._interval()
        if token.word == "ARRAY" and self.sees_symbol("[", 1):
            return self._array()
        if self._starts_typed_literal():
            return self._typed_literal()
        if self.sees_lambda():
            return self.lambda_()
        if self.sees_call():
            return self.call()
        return nodes.ColumnReference(token.at, self.identifier())

    def _backquoted(self) -> MalformedQueryError:
        try:
            self.identifier()
        except MalformedQueryError as error:
            return error
        return self.fail()

    def _starts_typed_literal(self) -> bool:
        if self.token.kind is not Kind.WORD:
            return False
        if self.ahead().kind is Kind.STRING:
            return True
        return self.sees("DOUBLE", "PRECISION") and self.ahead(2).kind is Kind.STRING

    def _typed_literal(self) -> Expression:
        at = self.at
        name = self.advance().value
        if name.upper() == "DOUBLE":
            self.accepts("PRECISION")
        return nodes.TypedLiteral(at, nodes.TypeName(at, name.lower()), self.string())

    def _interval(self) -> Expression:
        at = self.advance().at
        negative = self.accepts_symbol("+", "-") == "-"
        value = self.string()
        start = self._unit()
        return nodes.IntervalLiteral(at, value, negative, start, self._unit() if self.accepts("TO") else None)

    def _unit(self) -> str:
        word = self.token.word
        if word not in UNITS:
            raise self.fail(*(f"'{unit}'" for unit in sorted(UNITS)))
        self.advance()
        return word

    def _array(self) -> Expression:
        at = self.advance().at
        self.expect_symbol("[")
        items = () if self.sees_symbol("]") else self.listed(self.expression)
        self.expect_symbol("]")
        return nodes.ArrayConstructor(at, items)

    # words with a grammar of their own

    def _constant(self) -> Expression:
        token = self.advance()
        if token.word == "NULL":
            return nodes.NullLiteral(token.at)
        return nodes.BooleanLiteral(token.at, token.word == "TRUE")

    def _case(self) -> Expression:
        at = self.expect("CASE")
        operand = None if self.sees("WHEN") else self.expression()
        branches = []
        while self.accepts("WHEN"):
            condition = self.expression()
            self.expect("THEN")
            branches.append((condition, self.expression()))
        if not branches:
            raise self.fail("'WHEN'")
        default = self.expression() if self.accepts("ELSE") else None
        self.expect("END")
        return nodes.Case(at, operand, tuple(branches), default)

    def _cast(self) -> Expression:
        at = self.at
        safe = self.advance().word == "TRY_CAST"
        self.expect_symbol("(")
        operand = self.expression()
        self.expect("AS")
        target = self.type_name()
        self.expect_symbol(")")
        return nodes.Cast(at, operand, target, safe)

    def _exists(self) -> Expression:
        at = self.expect("EXISTS")
        return nodes.Exists(at, self.subquery())

    def _moment(self) -> Expression:
        token = self.advance()
        precision = None
        if token.word != "CURRENT_DATE" and self.accepts_symbol("("):
            precision = self.integer()
            self.expect_symbol(")")
        return nodes.CurrentMoment(token.at, token.word, precision)

    def _row(self) -> Expression:
        if not self.sees_symbol("(", 1):
            return nodes.ColumnReference(self.at, self.identifier())
        at = self.advance().at
        return nodes.RowConstructor(at, self.parenthesized(self.expression))

    def _try_cast(self) -> Expression:
        return self._cast() if self.sees_symbol("(", 1) else nodes.ColumnReference(self.at, self.identifier())

    # queries inside expressions

    def sees_query(self) -> bool:
        """Whether parentheses open a query, or may: ((SELECT 1) + 1) is an expression."""
        distance = 0
        while self.sees_symbol("(", distance):
            distance += 1
        return distance > 0 and self.ahead(distance).word in QUERY_WORDS

    def subquery(self) -> nodes.Query:
        self.expect_symbol("(")
        query = self.query()
        self.expect_symbol(")")
        return query


_SPECIAL: Final = {
    "NULL": ExpressionParser._constant,
    "TRUE": ExpressionParser._constant,
    "FALSE": ExpressionParser._constant,
    "CASE": ExpressionParser._case,
    "CAST": ExpressionParser._cast,
    "TRY_CAST": ExpressionParser._try_cast,
    "EXISTS": ExpressionParser._exists,
    "ROW": ExpressionParser._row,
    "EXTRACT": ExpressionParser.extract,
    "TRIM": ExpressionParser.trim,
    "NORMALIZE": ExpressionParser.plain_call,
    "LISTAGG": ExpressionParser.listagg,
    "GROUPING": ExpressionParser.plain_call,
    "JSON_VALUE": ExpressionParser.sql_json,
    "JSON_QUERY": ExpressionParser.sql_json,
    "JSON_EXISTS": ExpressionParser.sql_json,
    "JSON_OBJECT": ExpressionParser.sql_json,
    "JSON_ARRAY": ExpressionParser.sql_json,
    **dict.fromkeys(
        ("CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"), ExpressionParser._moment
    ),
    **dict.fromkeys(
        ("CURRENT_USER", "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_ROLE", "CURRENT_PATH"),
        ExpressionParser.session_value,
    ),
}

"""Looking at tokens: what every part of the parser needs, and the words that cannot be names."""

from collections.abc import Callable, Iterable
from typing import Final

from authpulse_localstack.athena.errors import MalformedQueryError
from authpulse_localstack.athena.sql.lexer import Kind, Position, Token, tokenize
from authpulse_localstack.athena.sql.nodes import Identifier, Name

# https://trino.io/docs/current/language/reserved.html
RESERVED: Final = frozenset(
    [
        "ALTER",
        "AND",
        "AS",
        "BETWEEN",
        "BY",
        "CASE",
        "CAST",
        "CONSTRAINT",
        "CREATE",
        "CROSS",
        "CUBE",
        "CURRENT_CATALOG",
        "CURRENT_DATE",
        "CURRENT_PATH",
        "CURRENT_ROLE",
        "CURRENT_SCHEMA",
        "CURRENT_TIME",
        "CURRENT_TIMESTAMP",
        "CURRENT_USER",
        "DEALLOCATE",
        "DELETE",
        "DESCRIBE",
        "DISTINCT",
        "DROP",
        "ELSE",
        "END",
        "ESCAPE",
        "EXCEPT",
        "EXECUTE",
        "EXISTS",
        "EXTRACT",
        "FALSE",
        "FOR",
        "FROM",
        "FULL",
        "GROUP",
        "GROUPING",
        "HAVING",
        "IN",
        "INNER",
        "INSERT",
        "INTERSECT",
        "INTO",
        "IS",
        "JOIN",
        "JSON_ARRAY",
        "JSON_EXISTS",
        "JSON_OBJECT",
        "JSON_QUERY",
        "JSON_TABLE",
        "JSON_VALUE",
        "LEFT",
        "LIKE",
        "LISTAGG",
        "LOCALTIME",
        "LOCALTIMESTAMP",
        "NATURAL",
        "NORMALIZE",
        "NOT",
        "NULL",
        "ON",
        "OR",
        "ORDER",
        "OUTER",
        "PREPARE",
        "RECURSIVE",
        "RIGHT",
        "ROLLUP",
        "SELECT",
        "SKIP",
        "TABLE",
        "THEN",
        "TRIM",
        "TRUE",
        "UESCAPE",
        "UNION",
        "UNNEST",
        "USING",
        "VALUES",
        "WHEN",
        "WHERE",
        "WITH",
    ]
)


class TokenCursor:
    """A place in the tokens of one statement. `hive` allows backquoted names and reads "…" as a string."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.index = 0
        self.hive = False
        self._given_up: tuple[int, MalformedQueryError] | None = None

    @property
    def token(self) -> Token:
        return self.tokens[self.index]

    @property
    def at(self) -> Position:
        return self.token.at

    def ahead(self, distance: int = 1) -> Token:
        return self.tokens[min(self.index + distance, len(self.tokens) - 1)]

    def advance(self) -> Token:
        token = self.token
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def fail(self, *expected: str) -> MalformedQueryError:
        """The error of a token that fits nothing."""
        shown = self.token.text or "<EOF>"
        wanted = f". Expecting: {', '.join(expected)}" if expected else ""
        return MalformedQueryError(f"mismatched input '{shown}'{wanted}", self.at)

    # words

    def sees(self, *words: str) -> bool:
        """Whether these words come next, in this order."""
        return all(self.ahead(n).word == word for n, word in enumerate(words))

    def sees_one_of(self, words: Iterable[str]) -> bool:
        return self.token.word in words

    def accepts(self, *words: str) -> bool:
        """The same, and goes past them."""
        if not self.sees(*words):
            return False
        self.index += len(words)
        return True

    def expect(self, *words: str) -> Position:
        at = self.at
        for word in words:
            if not self.accepts(word):
                raise self.fail(f"'{word}'")
        return at

    # symbols

    def sees_symbol(self, symbol: str, distance: int = 0) -> bool:
        token = self.ahead(distance)
        return token.kind is Kind.SYMBOL and token.text == symbol

    def accepts_symbol(self, *symbols: str) -> str | None:
        if self.token.kind is Kind.SYMBOL and self.token.text in symbols:
            return self.advance().text
        return None

    def expect_symbol(self, symbol: str) -> Position:
        at = self.at
        if not self.accepts_symbol(symbol):
            raise self.fail(f"'{symbol}'")
        return at

    def parameters_before(self, token: Token) -> int:
        """How many question marks stand before that token."""
        return sum(t.text == "?" and t.start < token.start for t in self.tokens)

    # names and values

    def sees_name(self, distance: int = 0) -> bool:
        token = self.ahead(distance)
        if token.kind is Kind.WORD:
            return self.hive or token.word not in RESERVED
        return token.kind is Kind.BACKQUOTED if self.hive else token.kind is Kind.QUOTED

    def identifier(self) -> Identifier:
        token = self.token
        if not self.sees_name():
            if token.kind is Kind.BACKQUOTED:
                message = "backquoted identifiers are not supported; use double quotes to quote identifiers"
                raise MalformedQueryError(message, token.at)
            raise self.fail("<identifier>")
        self.advance()
        return Identifier(token.at, token.value, quoted=token.kind is not Kind.WORD)

    def qualified_name(self) -> Name:
        parts = [self.identifier()]
        while self.sees_symbol(".") and self.sees_name(1):
            self.advance()
            parts.append(self.identifier())
        return tuple(parts)

    def string(self) -> str:
        if self.token.kind is Kind.STRING or (self.hive and self.token.kind is Kind.QUOTED):
            return self.advance().value
        raise self.fail("<string>")

    def integer(self) -> int:
        if self.token.kind is not Kind.INTEGER:
            raise self.fail("<integer>")
        return int(self.advance().value)

    # repetition

    def listed[T](self, item: Callable[[], T]) -> tuple[T, ...]:
        """One or more, with commas between."""
        found = [item()]
        while self.accepts_symbol(","):
            found.append(item())
        return tuple(found)

    def parenthesized[T](self, item: Callable[[], T]) -> tuple[T, ...]:
        """( one or more )."""
        self.expect_symbol("(")
        found = self.listed(item)
        self.expect_symbol(")")
        return found

    def attempt[T](self, rule: Callable[[], T]) -> T | None:
        """What the rule reads, or None and nothing read when it does not fit."""
        start = self.index
        try:
            return rule()
        except MalformedQueryError as error:
            if self._given_up is None or self.index > self._given_up[0]:
                self._given_up = self.index, error
            self.index = start
            return None

    def farthest(self, error: MalformedQueryError) -> MalformedQueryError:
        """This error, or that of an attempt that came farther: it is nearer to what was meant."""
        if self._given_up is not None and self._given_up[0] > self.index:
            return self._given_up[1]
        return error

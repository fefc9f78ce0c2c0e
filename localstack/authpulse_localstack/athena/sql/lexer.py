"""Text to tokens. One lexer for both of Athena's grammars: Trino quotes identifiers with ", Hive with `."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final, NamedTuple

from authpulse_localstack.athena.errors import MalformedQueryError


class Position(NamedTuple):
    """Where a token starts, counted from 1, as error messages count."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}:{self.column}"


class Kind(Enum):
    """What a token is. Keywords are words: which of them are reserved is the parser's business."""

    WORD = auto()
    QUOTED = auto()
    BACKQUOTED = auto()
    STRING = auto()
    BINARY = auto()
    INTEGER = auto()
    DECIMAL = auto()
    DOUBLE = auto()
    SYMBOL = auto()
    END = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is as written; `value` is the name or the string without quotes and escapes; `start` is an offset."""

    kind: Kind
    text: str
    value: str
    at: Position
    start: int

    @property
    def word(self) -> str:
        """Upper case for comparison with keywords; empty for what cannot be one."""
        return self.text.upper() if self.kind is Kind.WORD else ""

    @property
    def end(self) -> int:
        return self.start + len(self.text)


_TOKEN: Final = re.compile(
    r"""
      (?P<space>\s+|--[^\n]*|/\*.*?\*/)
    | (?P<UNICODE>[uU]&'(?:[^']|'')*')
    | (?P<BINARY>[xX]'[^']*')
    | (?P<STRING>'(?:[^']|'')*')
    | (?P<QUOTED>"(?:[^"]|"")*")
    | (?P<BACKQUOTED>`(?:[^`]|``)*`)
    | (?P<DOUBLE>(?:\d[\d_]*(?:\.\d*)?|\.\d+)[eE][+-]?\d+)
    | (?P<DECIMAL>\d[\d_]*\.\d*|\.\d+)
    | (?P<INTEGER>\d[\d_]*)
    | (?P<WORD>[^\W\d][\w@$]*)
    | (?P<SYMBOL><>|!=|<=|>=|\|\||->|=>|[-+*/%=<>().,;?:\[\]{}|@!])
    """,
    re.VERBOSE | re.DOTALL,
)

_QUOTES: Final = {Kind.QUOTED: '"', Kind.BACKQUOTED: "`", Kind.STRING: "'"}


def tokenize(text: str) -> list[Token]:
    """All tokens and a last one of kind END. Raises MalformedQueryError for what is no token."""
    tokens: list[Token] = []
    offset, line, line_start = 0, 1, 0
    while offset < len(text):
        found = _TOKEN.match(text, offset)
        at = Position(line, offset - line_start + 1)
        if found is None:
            raise MalformedQueryError(_unreadable(text, offset), at)
        group, piece = str(found.lastgroup), found.group()
        if group != "space":
            tokens.append(_token(group, piece, at, offset))
        newlines = piece.count("\n")
        if newlines:
            line += newlines
            line_start = offset + piece.rindex("\n") + 1
        offset = found.end()
    tokens.append(Token(Kind.END, "", "<EOF>", Position(line, offset - line_start + 1), offset))
    return tokens


def _token(group: str, piece: str, at: Position, offset: int) -> Token:
    if group == "UNICODE":
        return Token(Kind.STRING, piece, _unescape(piece[3:-1].replace("''", "'"), at), at, offset)
    kind = Kind[group]
    if kind in _QUOTES:
        quote = _QUOTES[kind]
        return Token(kind, piece, piece[1:-1].replace(quote * 2, quote), at, offset)
    if kind is Kind.BINARY:
        return Token(kind, piece, re.sub(r"\s", "", piece[2:-1]), at, offset)
    if kind in {Kind.INTEGER, Kind.DECIMAL, Kind.DOUBLE}:
        return Token(kind, piece, piece.replace("_", ""), at, offset)
    return Token(kind, piece, piece, at, offset)


def _unescape(text: str, at: Position) -> str:
    r"""Unicode strings: \XXXX, \+XXXXXX and \\."""

    def character(match: re.Match[str]) -> str:
        digits = match.group(1) or match.group(2)
        return chr(int(digits, 16)) if digits else "\\"

    plain, bad = re.subn(r"\\(?![0-9a-fA-F]{4}|\+[0-9a-fA-F]{6}|\\)", "", text)
    if bad:
        raise MalformedQueryError("Incomplete escape sequence in Unicode string", at)
    return re.sub(r"\\([0-9a-fA-F]{4})|\\\+([0-9a-fA-F]{6})|\\\\", character, plain)


def _unreadable(text: str, offset: int) -> str:
    if text[offset] in "'\"`":
        return f"mismatched input '{text[offset : offset + 20]}': it is not closed"
    if text.startswith("/*", offset):
        return "mismatched input '/*': the comment is not closed"
    return f"mismatched input '{text[offset]}'"

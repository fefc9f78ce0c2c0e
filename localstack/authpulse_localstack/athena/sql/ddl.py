"""DDL. CREATE TABLE, ALTER, DROP and databases are Hive's grammar; CTAS and views are Trino's."""

from typing import Final, Literal, cast

from authpulse_localstack.athena.errors import MalformedQueryError, not_supported
from authpulse_localstack.athena.sql import nodes, statements
from authpulse_localstack.athena.sql.lexer import Kind, Position, Token
from authpulse_localstack.athena.sql.queries import QueryParser

TRANSFORMS: Final = frozenset({"YEAR", "MONTH", "DAY", "HOUR", "BUCKET", "TRUNCATE"})
_AFTER_STORAGE: Final = frozenset({"LOCATION", "TBLPROPERTIES"})
_STORAGE: Final = frozenset({"CLUSTERED", "ROW", "STORED", "WITH"})


class DdlParser(QueryParser):
    """What makes, changes and removes things in the catalogue."""

    def create(self) -> statements.Statement:
        at = self.expect("CREATE")
        if self.sees("OR", "REPLACE") or self.sees("VIEW"):
            return self._create_view(at)
        self.hive = True
        external = self.accepts("EXTERNAL")
        if not external and (self.accepts("DATABASE") or self.accepts("SCHEMA")):
            return self._create_database(at)
        self.expect("TABLE")
        if not external and self._is_table_as():
            self.hive = False
            return self._create_table_as(at)
        return self._create_table(at, external=external)

    def _is_table_as(self) -> bool:
        """CTAS has no column list: a name, perhaps COMMENT and WITH, then AS."""
        distance = 3 if self.sees("IF", "NOT", "EXISTS") else 0
        while self.ahead(distance).kind in {Kind.WORD, Kind.QUOTED, Kind.BACKQUOTED} and self.sees_symbol(
            ".", distance + 1
        ):
            distance += 2
        return self.ahead(distance + 1).word in {"WITH", "AS", "COMMENT"}

    def _if_not_exists(self) -> bool:
        return self.accepts("IF", "NOT", "EXISTS")

    def _if_exists(self) -> bool:
        return self.accepts("IF", "EXISTS")

    def _create_view(self, at: Position) -> statements.Statement:
        or_replace = self.accepts("OR", "REPLACE")
        self.expect("VIEW")
        view = self.qualified_name()
        self.expect("AS")
        start = self.token.start
        query = self.query()
        text = self.text[start : self.tokens[self.index - 1].end]
        return statements.CreateView(at, view, or_replace, query, text)

    def _create_table_as(self, at: Position) -> statements.Statement:
        if_not_exists = self._if_not_exists()
        table = self.qualified_name()
        if self.accepts("COMMENT"):
            self.string()
        properties = self.parenthesized(self._with_property) if self.accepts("WITH") else ()
        self.expect("AS")
        query = self.subquery() if self.sees_query() and self._closes_statement() else self.query()
        with_data = True
        if self.accepts("WITH", "NO", "DATA"):
            with_data = False
        else:
            self.accepts("WITH", "DATA")
        return statements.CreateTableAs(at, table, if_not_exists, properties, query, with_data)

    def _closes_statement(self) -> bool:
        """Whether the parentheses that open here enclose all that is left, but for WITH [NO] DATA."""
        start = self.index
        done = self.attempt(self.subquery) is not None and (
            self.token.kind is Kind.END or self.sees_symbol(";") or self.sees("WITH")
        )
        self.index = start
        return done

    def _with_property(self) -> tuple[str, str | tuple[str, ...]]:
        """Of CTAS and UNLOAD: name = 'text', a number, true or ARRAY['a', 'b']."""
        name = self.identifier().key
        self.expect_symbol("=")
        if self.accepts("ARRAY"):
            self.expect_symbol("[")
            values = self.listed(self.string)
            self.expect_symbol("]")
            return name, values
        if self.token.kind is Kind.STRING or self.token.kind is Kind.INTEGER:
            return name, self.advance().value
        if self.sees_one_of(("TRUE", "FALSE")):
            return name, self.advance().value.lower()
        raise self.fail("<string>")

    # Hive

    def _create_database(self, at: Position) -> statements.Statement:
        if_not_exists = self._if_not_exists()
        name = self.identifier()
        comment = self.string() if self.accepts("COMMENT") else None
        location = self.string() if self.accepts("LOCATION") else None
        properties = self.parenthesized(self._property) if self.accepts("WITH", "DBPROPERTIES") else ()
        return statements.CreateDatabase(at, name, if_not_exists, comment, location, properties)

    def _create_table(self, at: Position, *, external: bool) -> statements.Statement:
        if_not_exists = self._if_not_exists()
        table = self.qualified_name()
        columns = self.parenthesized(self._column)
        comment = self.string() if self.accepts("COMMENT") else None
        partitions = self.parenthesized(self._partition) if self.accepts("PARTITIONED", "BY") else ()
        storage = self._storage()
        location = self.string() if self.accepts("LOCATION") else None
        properties = self.parenthesized(self._property) if self.accepts("TBLPROPERTIES") else ()
        return statements.CreateTable(
            at, table, columns, if_not_exists, external, comment, partitions, storage, location, properties
        )

    def _storage(self) -> str:
        if not self.sees_one_of(_STORAGE):
            return ""
        start = self.token.start
        last: Token = self.token
        while self.token.kind is not Kind.END and not self.sees_one_of(_AFTER_STORAGE):
            last = self.advance()
        return self.text[start : last.end]

    def _column(self) -> statements.ColumnDefinition:
        at = self.at
        name = self.identifier()
        self.accepts_symbol(":")
        type_ = self.hive_type()
        return statements.ColumnDefinition(at, name, type_, self.string() if self.accepts("COMMENT") else None)

    def hive_type(self) -> nodes.TypeName:
        """bigint, decimal(10, 2), array<string>, map<string, int>, struct<a: int>"""
        token = self.token
        if token.kind is not Kind.WORD:
            raise self.fail("<type>")
        self.advance()
        name = token.value.lower()
        if name in {"array", "map", "struct", "uniontype"}:
            self.expect_symbol("<")
            type_ = self._hive_container(token, name)
            self.expect_symbol(">")
            return type_
        sizes = self.parenthesized(self.integer) if self.sees_symbol("(") else ()
        return nodes.TypeName(token.at, name, sizes)

    def _hive_container(self, token: Token, name: str) -> nodes.TypeName:
        if name == "struct":
            return nodes.TypeName(token.at, "row", self.listed(self._field))
        return nodes.TypeName(token.at, name, self.listed(self.hive_type))

    def _field(self) -> tuple[str | None, nodes.TypeName]:
        name = self.identifier().key
        self.expect_symbol(":")
        return name, self.hive_type()

    def _partition(self) -> statements.PartitionTerm | statements.ColumnDefinition:
        at = self.at
        if self.token.word in TRANSFORMS and self.sees_symbol("(", 1):
            transform = self.advance().word.lower()
            self.expect_symbol("(")
            argument = self.integer() if self.token.kind is Kind.INTEGER else None
            if argument is not None:
                self.expect_symbol(",")
            column = self.identifier().key
            self.expect_symbol(")")
            return statements.PartitionTerm(at, transform, column, argument)
        if self.sees_symbol(",", 1) or self.sees_symbol(")", 1):
            return statements.PartitionTerm(at, "identity", self.identifier().key)
        return self._column()

    def _property(self) -> tuple[str, str]:
        name = self.string()
        self.expect_symbol("=")
        return name, self.string()

    def drop(self) -> statements.Statement:
        at = self.expect("DROP")
        self.hive = True
        kind = {"SCHEMA": "DATABASE"}.get(self.token.word, self.token.word)
        if kind not in {"TABLE", "VIEW", "DATABASE"}:
            raise self.fail("'DATABASE'", "'SCHEMA'", "'TABLE'", "'VIEW'")
        self.advance()
        if_exists = self._if_exists()
        if kind == "VIEW" and self.token.kind is Kind.QUOTED:
            self.hive = False  # views are Trino's, and so are their quotes; either is taken
        name = self.qualified_name()
        cascade = kind == "DATABASE" and self.accepts("CASCADE")
        if not cascade:
            self.accepts("RESTRICT")
        return statements.Drop(at, cast("Literal['TABLE', 'VIEW', 'DATABASE']", kind), name, if_exists, cascade)

    def alter(self) -> statements.Statement:
        at = self.expect("ALTER")
        self.hive = True
        if self.sees("DATABASE") or self.sees("SCHEMA") or self.sees("VIEW"):
            raise not_supported(f"ALTER {self.token.word}", at)
        self.expect("TABLE")
        table = self.qualified_name()
        return statements.AlterTable(at, table, self._alteration())

    def _alteration(self) -> statements.Alteration:
        at = self.at
        if self.accepts("ADD"):
            if self.accepts("COLUMNS"):
                return statements.AddColumns(at, self.parenthesized(self._column))
            raise not_supported(f"ALTER TABLE ADD {self.token.text}", at)
        if self.accepts("REPLACE", "COLUMNS"):
            return statements.ReplaceColumns(at, self.parenthesized(self._column))
        if self.accepts("DROP", "COLUMN"):
            return statements.DropColumn(at, self.identifier())
        if self.accepts("CHANGE"):
            return self._change(at)
        if self.accepts("SET", "TBLPROPERTIES"):
            return statements.SetProperties(at, self.parenthesized(self._property))
        if self.accepts("UNSET", "TBLPROPERTIES"):
            return statements.UnsetProperties(at, self.parenthesized(self.string))
        if self.accepts("RENAME", "TO"):
            return statements.RenameTable(at, self.qualified_name())
        raise MalformedQueryError(f"missing or unknown alteration at '{self.token.text}'", at)

    def _change(self, at: Position) -> statements.ChangeColumn:
        self.accepts("COLUMN")
        column = self.identifier()
        definition = self._column()
        first = self.accepts("FIRST")
        after = self.identifier() if not first and self.accepts("AFTER") else None
        return statements.ChangeColumn(at, column, definition, first, after)

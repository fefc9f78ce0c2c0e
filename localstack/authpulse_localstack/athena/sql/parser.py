"""One statement of Athena from its text."""

from collections.abc import Callable
from typing import Final

from authpulse_localstack.athena.errors import MalformedQueryError
from authpulse_localstack.athena.sql import nodes, statements
from authpulse_localstack.athena.sql.ddl import DdlParser
from authpulse_localstack.athena.sql.lexer import Kind, Position
from authpulse_localstack.athena.sql.statements import Statement


def parse(text: str) -> Statement:
    """The statement, a semicolon at its end or not. Raises MalformedQueryError with line and column.

    QueryError is for what Athena knows and this does not: such a query starts and fails, as any other does.
    """
    parser = StatementParser(text)
    try:
        statement = parser.statement()
        parser.finish()
    except MalformedQueryError as error:
        raise parser.farthest(error) from None
    return statement


def parse_expression(text: str) -> nodes.Expression:
    """An expression alone: an execution parameter."""
    parser = StatementParser(text)
    expression = parser.expression()
    parser.finish()
    return expression


def parse_partition(text: str) -> statements.PartitionTerm:
    """One element of `partitioning` in CTAS: 'day(event_time)' or 'country'."""
    parser = StatementParser(text)
    parser.hive = True
    term = parser.partition_term()
    parser.finish()
    return term


def count_parameters(text: str) -> int:
    """The question marks of a statement."""
    return sum(t.kind is Kind.SYMBOL and t.text == "?" for t in StatementParser(text).tokens)


class StatementParser(DdlParser):
    """What a statement may begin with."""

    def statement(self) -> Statement:
        word = self.token.word
        rule = _STATEMENTS.get(word)
        if rule is not None:
            return rule(self)
        if word in {"SELECT", "WITH", "VALUES", "TABLE"} or self.sees_symbol("("):
            return statements.SelectStatement(self.at, self.query())
        raise self.fail(*(f"'{w}'" for w in sorted({*_STATEMENTS, "SELECT", "VALUES", "WITH"})))

    def finish(self) -> None:
        """Nothing may follow but a semicolon."""
        self.accepts_symbol(";")
        if self.token.kind is Kind.END:
            return
        if self.tokens[self.index - 1].text == ";":
            raise MalformedQueryError(f"Only one sql statement is allowed. Got: {self.text}")
        raise self.fail("<EOF>")

    def partition_term(self) -> statements.PartitionTerm:
        at = self.at
        if not self.sees_symbol("(", 1):
            return statements.PartitionTerm(at, "identity", self.identifier().key)
        term = self._transform_of_either_order(at)
        if term is None:
            raise self.fail("a column", "a transform of one")
        return term

    def _transform_of_either_order(self, at: Position) -> statements.PartitionTerm | None:
        """CTAS writes bucket(user_id, 16), DDL bucket(16, user_id): both are taken."""
        transform = self.advance().value.lower()
        self.expect_symbol("(")
        argument = self.integer() if self.token.kind is Kind.INTEGER else None
        if argument is not None:
            self.expect_symbol(",")
        column = self.identifier().key
        if argument is None and self.accepts_symbol(","):
            argument = self.integer()
        self.expect_symbol(")")
        return statements.PartitionTerm(at, transform, column, argument)

    # DML

    def insert(self) -> Statement:
        at = self.expect("INSERT", "INTO")
        table = self.qualified_name()
        columns: tuple[nodes.Identifier, ...] = ()
        if self.sees_symbol("(") and not self.sees_query():
            columns = self.parenthesized(self.identifier)
        return statements.Insert(at, table, columns, self.query())

    def delete(self) -> Statement:
        at = self.expect("DELETE", "FROM")
        table = self.qualified_name()
        return statements.Delete(at, table, self.expression() if self.accepts("WHERE") else None)

    def update(self) -> Statement:
        at = self.expect("UPDATE")
        table = self.qualified_name()
        self.expect("SET")
        assignments = self.listed(self._assignment)
        return statements.Update(at, table, assignments, self.expression() if self.accepts("WHERE") else None)

    def _assignment(self) -> statements.Assignment:
        column = self.qualified_name()[-1]
        self.expect_symbol("=")
        return column, self.expression()

    def merge(self) -> Statement:
        at = self.expect("MERGE", "INTO")
        table = self.qualified_name()
        alias = self.alias()
        self.expect("USING")
        source = self.relation()
        self.expect("ON")
        condition = self.expression()
        cases = []
        while self.sees("WHEN"):
            cases.append(self._merge_case())
        if not cases:
            raise self.fail("'WHEN'")
        return statements.Merge(at, table, alias, source, condition, tuple(cases))

    def _merge_case(self) -> statements.MergeCase:
        at = self.expect("WHEN")
        matched = not self.accepts("NOT")
        self.expect("MATCHED")
        condition = self.expression() if self.accepts("AND") else None
        self.expect("THEN")
        if not matched:
            self.expect("INSERT")
            columns = self.parenthesized(self.identifier) if self.sees_symbol("(") else ()
            self.expect("VALUES")
            values = self.parenthesized(self.expression)
            return statements.MergeCase(at, matched, condition, "INSERT", columns=columns, values=values)
        if self.accepts("DELETE"):
            return statements.MergeCase(at, matched, condition, "DELETE")
        self.expect("UPDATE", "SET")
        return statements.MergeCase(at, matched, condition, "UPDATE", assignments=self.listed(self._assignment))

    # utility

    def show(self) -> Statement:
        at = self.expect("SHOW")
        self.hive = True
        if self.accepts("DATABASES") or self.accepts("SCHEMAS"):
            return statements.Show(at, "DATABASES", pattern=self._pattern())
        for subject in ("TABLES", "VIEWS"):
            if self.accepts(subject):
                name = self.qualified_name() if self.accepts("IN") or self.accepts("FROM") else ()
                return statements.Show(at, subject, name, self._pattern())
        if self.accepts("COLUMNS"):
            self.accepts("IN") or self.expect("FROM")
            name = self.qualified_name()
            if self.accepts("IN") or self.accepts("FROM"):
                name = (*self.qualified_name(), *name)
            return statements.Show(at, "COLUMNS", name)
        if self.accepts("PARTITIONS"):
            return statements.Show(at, "PARTITIONS", self.qualified_name())
        if self.accepts("TBLPROPERTIES"):
            name = self.qualified_name()
            return statements.Show(at, "TBLPROPERTIES", name, self._only_property())
        self.expect("CREATE")
        if self.accepts("VIEW"):
            return statements.Show(at, "CREATE VIEW", self.qualified_name())
        self.expect("TABLE")
        return statements.Show(at, "CREATE TABLE", self.qualified_name())

    def _pattern(self) -> str | None:
        liked = self.accepts("LIKE")
        return self.string() if liked or self.token.kind is Kind.STRING else None

    def _only_property(self) -> str | None:
        return self.parenthesized(self.string)[0] if self.sees_symbol("(") else None

    def describe(self) -> Statement:
        at = self.advance().at
        if self.sees_one_of(("INPUT", "OUTPUT")) and self.ahead().kind is not Kind.END:
            raise self.fail("<identifier>")
        self.hive = True
        view = self.accepts("VIEW")
        extended = self.accepts("EXTENDED") or self.accepts("FORMATTED")
        return statements.Describe(at, self.qualified_name(), extended, view)

    def explain(self) -> Statement:
        at = self.expect("EXPLAIN")
        analyze = self.accepts("ANALYZE")
        options: tuple[tuple[str, str], ...] = ()
        if self.sees_symbol("(") and self.ahead().word in {"TYPE", "FORMAT"}:
            options = self.parenthesized(self._explain_option)
        return statements.Explain(at, self.statement(), analyze, options)

    def _explain_option(self) -> tuple[str, str]:
        return self.advance().word, self.advance().value.upper()

    def optimize(self) -> Statement:
        at = self.expect("OPTIMIZE")
        table = self.name_of_either_quote()
        self.expect("REWRITE", "DATA", "USING", "BIN_PACK")
        return statements.Optimize(at, table, self.expression() if self.accepts("WHERE") else None)

    def vacuum(self) -> Statement:
        return statements.Vacuum(self.expect("VACUUM"), self.name_of_either_quote())

    def repair(self) -> Statement:
        at = self.expect("MSCK", "REPAIR", "TABLE")
        self.hive = True
        return statements.Repair(at, self.qualified_name())

    def name_of_either_quote(self) -> nodes.Name:
        self.hive = self.token.kind is Kind.BACKQUOTED
        name = self.qualified_name()
        self.hive = False
        return name

    def unload(self) -> Statement:
        at = self.expect("UNLOAD")
        query = self.subquery()
        self.expect("TO")
        location = self.string()
        properties = self.parenthesized(self._with_property) if self.accepts("WITH") else ()
        return statements.Unload(at, query, location, properties)

    def prepare(self) -> Statement:
        at = self.expect("PREPARE")
        name = self.identifier()
        self.expect("FROM")
        start = self.token.start
        self.statement()
        return statements.Prepare(at, name, self.text[start : self.tokens[self.index - 1].end])

    def execute(self) -> Statement:
        at = self.expect("EXECUTE")
        name = self.identifier()
        return statements.Execute(at, name, self.listed(self._expression_text) if self.accepts("USING") else ())

    def _expression_text(self) -> str:
        start = self.token.start
        self.expression()
        return self.text[start : self.tokens[self.index - 1].end]

    def deallocate(self) -> Statement:
        return statements.Deallocate(self.expect("DEALLOCATE", "PREPARE"), self.identifier())


_STATEMENTS: Final[dict[str, Callable[[StatementParser], Statement]]] = {
    "ALTER": StatementParser.alter,
    "CREATE": StatementParser.create,
    "DEALLOCATE": StatementParser.deallocate,
    "DELETE": StatementParser.delete,
    "DESC": StatementParser.describe,
    "DESCRIBE": StatementParser.describe,
    "DROP": StatementParser.drop,
    "EXECUTE": StatementParser.execute,
    "EXPLAIN": StatementParser.explain,
    "INSERT": StatementParser.insert,
    "MERGE": StatementParser.merge,
    "MSCK": StatementParser.repair,
    "OPTIMIZE": StatementParser.optimize,
    "PREPARE": StatementParser.prepare,
    "SHOW": StatementParser.show,
    "UNLOAD": StatementParser.unload,
    "UPDATE": StatementParser.update,
    "VACUUM": StatementParser.vacuum,
}

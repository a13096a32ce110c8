"""The same statement for another engine."""

from __future__ import annotations


def to_dialect(sql: str, dialect: str) -> str:
    """A statement in DuckDB's dialect, written for another engine (`spark`)."""
    import sqlglot

    return sqlglot.transpile(sql, read="duckdb", write=dialect, pretty=True)[0]

"""The token table of the search: FTS5 on SQLite, lexeme arrays with GIN on PostgreSQL.

Ordinary tables without triggers: Django drops triggers when it remakes a table on SQLite.
"""

from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE core_searchtoken USING fts5(open_tokens, closed_tokens, tokenize='unicode61')"
POSTGRESQL = [
    "CREATE TABLE core_searchtoken (id bigint PRIMARY KEY, open_tokens tsvector NOT NULL, closed_tokens tsvector"
    " NOT NULL, all_tokens tsvector GENERATED ALWAYS AS (open_tokens || closed_tokens) STORED)",
    "CREATE INDEX core_searchtoken_open ON core_searchtoken USING gin (open_tokens)",
    "CREATE INDEX core_searchtoken_all ON core_searchtoken USING gin (all_tokens)",
]


def make(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else [SQLITE]:
        editor.execute(statement)


def drop(apps, editor):
    editor.execute("DROP TABLE core_searchtoken")


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]
    operations = [migrations.RunPython(make, drop)]

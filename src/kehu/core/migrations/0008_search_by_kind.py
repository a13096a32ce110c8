"""The search index keeps object types apart by a token of its own; words of names for typing mistakes."""

from django.db import migrations, models

# chr(57344) is U+E000, the mark of search/index.py.
SQLITE = """
UPDATE core_searchtoken SET open_tokens = (
    SELECT char(57344) || replace(r.object_type, '_', '') FROM core_searchrow r WHERE r.id = core_searchtoken.rowid
) || ' ' || open_tokens
WHERE rowid IN (SELECT id FROM core_searchrow)
"""
POSTGRESQL = """
UPDATE core_searchtoken t
SET open_tokens = t.open_tokens || array_to_tsvector(ARRAY[chr(57344) || replace(r.object_type, '_', '')])
FROM core_searchrow r WHERE r.id = t.id
"""


def mark(apps, editor):
    editor.execute(POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE)


class Migration(migrations.Migration):
    dependencies = [("core", "0007_work")]
    operations = [
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=40)),
                ("word", models.CharField(max_length=40)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("key", "word"), name="one_word_per_key")],
            },
        ),
        migrations.RunPython(mark, migrations.RunPython.noop),
    ]

"""One row per findable record."""

from django.db import models


class SearchRow(models.Model):
    """What a record is found by.

    The tokens live in a table of the database's own kind whose key is this row's
    (see search/): FTS5 on SQLite, an array with a GIN index on PostgreSQL. `open_text` is
    folded text that everyone who sees the record may find it by; `closed_text` holds fields that
    some role may not read, so that nobody finds by guessing what they may not see.
    """

    object_type = models.CharField(max_length=40)
    object_id = models.BigIntegerField()
    title = models.CharField(max_length=300)
    open_text = models.TextField(default="")
    closed_text = models.TextField(default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=("object_type", "object_id"), name="one_search_row")]

    def __str__(self) -> str:
        return self.title


class SearchWord(models.Model):
    """A word of a name under one of its keys: itself, or itself without one of its letters.

    A word with a typing mistake shares a key with the right one. Words stay when the last record with
    them goes: they only lead to a search, which finds what is there and may be seen.
    """

    key = models.CharField(max_length=40)
    word = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("key", "word"), name="one_word_per_key")]

    def __str__(self) -> str:
        return self.word

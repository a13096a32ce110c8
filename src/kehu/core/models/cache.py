"""What all processes hold for a while, such as the failed sign-ins of an address."""

from django.db import models


class Held(models.Model):
    """A row of the shared cache, in the form that Django's `DatabaseCache` asks for; nothing else writes it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "core_cache"

    def __str__(self) -> str:
        return self.cache_key

"""What happened to a record and around it, from as many sources as modules contribute, newest first."""

from .reading import Item, Timeline, of_record
from .sources import Retold, Source, contribute

__all__ = ["Item", "Retold", "Source", "Timeline", "contribute", "of_record"]

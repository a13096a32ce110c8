"""Which records of a list: the language of conditions, and the simple parameters of an address that mean the same."""

from . import dates
from .fields import RECORDED, Named, label_of, named, offered
from .language import MOST_CONDITIONS, Condition, Every, Leaf, No, Some, every, leaf, parse
from .simple import FilterForm, form_for, found, narrow
from .values import Value

__all__ = [
    "MOST_CONDITIONS",
    "RECORDED",
    "Condition",
    "Every",
    "FilterForm",
    "Leaf",
    "Named",
    "No",
    "Some",
    "Value",
    "dates",
    "every",
    "form_for",
    "found",
    "label_of",
    "leaf",
    "named",
    "narrow",
    "offered",
    "parse",
]

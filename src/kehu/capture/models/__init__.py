"""Forms on the company's pages, and what people sent with them."""

from .form import KINDS_OF_TEXT, CaptureForm
from .submission import Submission
from .value import UtmValue

__all__ = ["KINDS_OF_TEXT", "CaptureForm", "Submission", "UtmValue"]

"""Forms on the company's pages, what people sent with them, and experiments."""

from kehu.capture.experiments.models import Experiment, ExperimentVariant

from .form import KINDS_OF_TEXT, CaptureForm
from .submission import Submission
from .value import UtmValue

__all__ = ["KINDS_OF_TEXT", "CaptureForm", "Experiment", "ExperimentVariant", "Submission", "UtmValue"]

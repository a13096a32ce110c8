"""The backward plan: from a revenue target to units, qualified leads, leads by channel and spend.

Pure arithmetic on `Fraction`, without models and without rounding on the way; figures are rounded when shown.
"""

from kehu.planning.backward.grid import recompute
from kehu.planning.backward.history import ChannelHistory
from kehu.planning.backward.numbers import Figures, PlanNumbers, Row
from kehu.planning.backward.plan import AGGREGATE, CHANNEL, BackwardPlan, backward_plan
from kehu.planning.backward.rates import Rates
from kehu.planning.backward.rounding import Figure, exact

__all__ = [
    "AGGREGATE",
    "CHANNEL",
    "BackwardPlan",
    "ChannelHistory",
    "Figure",
    "Figures",
    "PlanNumbers",
    "Rates",
    "Row",
    "backward_plan",
    "exact",
    "recompute",
]

"""What is done with events: taking them in, taking them apart, and knowing whose they are."""

from kehu.behaviour.actions.apart import digest as digest
from kehu.behaviour.actions.intake import Taken as Taken
from kehu.behaviour.actions.intake import take as take
from kehu.behaviour.actions.persons import identify as identify
from kehu.behaviour.actions.persons import token_for as token_for

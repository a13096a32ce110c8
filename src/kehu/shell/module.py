"""What the shell declares: the verb of the demo's records."""

from django.utils.translation import gettext_lazy as _

from kehu.core.verbs import Verb

VERBS = (Verb("demo", _("loaded with the demo"), icon="plus", loads=True),)

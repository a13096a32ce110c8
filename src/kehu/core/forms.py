"""Forms of core's own buttons."""

from django import forms
from django.utils.translation import gettext_lazy as _

from kehu.core.models import Tag


class MergeTagForm(forms.Form):
    into = forms.ModelChoiceField(Tag.objects.none(), label=_("Merge into"))

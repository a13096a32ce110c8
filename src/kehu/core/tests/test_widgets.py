"""Form controls are those of Django, only written faster."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.test.html import parse_html
from django.utils.translation import gettext_lazy

from kehu.core.widgets import WRITERS, Renderer

CHOICES = [
    ("", gettext_lazy("Stage")),
    (1, "A & B <b>"),
    ("Group “1”", [("x", 'quote "'), (None, "nothing")]),
]
DATE = forms.DateInput(format="%Y-%m-%d")


class Form(forms.Form):
    choice = forms.ChoiceField(choices=CHOICES, required=False)
    text = forms.CharField(max_length=20, label="T", widget=forms.TextInput(attrs={"placeholder": 'a "b"'}))
    number = forms.DecimalField(min_value=1, max_digits=5, decimal_places=2)
    mail = forms.EmailField(disabled=True)
    day = forms.DateField(widget=DATE)
    moment = forms.DateTimeField(required=False)
    hour = forms.TimeField(required=False)
    hidden = forms.CharField(widget=forms.HiddenInput)
    note = forms.CharField(widget=forms.Textarea)
    check = forms.BooleanField()


@pytest.mark.parametrize("name", list(Form.base_fields))
@pytest.mark.parametrize(
    "data",
    [None, {"choice": "1", "text": "<x> & 'y'", "number": "2.50", "day": "2010-08-31", "hour": "nine"}, {}],
)
def test_a_control_is_the_one_that_django_writes(name, data):
    ours, theirs = (str(Form(data, renderer=renderer)[name]) for renderer in (Renderer(), DjangoTemplates()))
    assert parse_html(ours) == parse_html(theirs)
    assert ours.count("&lt;") == theirs.count("&lt;") and ours.count("&quot;") == theirs.count("&quot;")


def test_every_template_that_is_written_here_is_one_of_djangos():
    for name in WRITERS:
        assert DjangoTemplates().get_template(name)

"""Forms that carry along the record they are about."""

from typing import Any

from django import forms
from django.urls import reverse

from kehu.activities.models import Note, Task


class MentionInput(forms.Textarea):
    """A text in which `@` offers the people who may see the record that it is about."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        return super().get_context(name, value, {**(attrs or {}), "data-mentions": reverse("mentions")})


POINTER = {"object_type": forms.HiddenInput, "object_id": forms.HiddenInput}


class TaskForm(forms.ModelForm):
    class Meta:
        model = Task
        fields = ("object_type", "object_id")
        widgets = POINTER


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("text", "object_type", "object_id")
        widgets = {**POINTER, "text": MentionInput}

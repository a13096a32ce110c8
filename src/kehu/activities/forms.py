"""Forms that carry along the record they are about."""

from django import forms

from kehu.activities.models import Note, Task

POINTER = {"object_type": forms.HiddenInput, "object_id": forms.HiddenInput}


class TaskForm(forms.ModelForm):
    class Meta:
        model = Task
        fields = ("object_type", "object_id")
        widgets = POINTER


class NoteForm(forms.ModelForm):
    class Meta:
        model = Note
        fields = ("object_type", "object_id")
        widgets = POINTER

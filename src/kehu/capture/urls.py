"""Addresses of forms: for everybody below /f/, for those who build them below /forms/."""

from django.urls import path

from kehu.capture.views import hosted

urlpatterns = [
    path("f/<slug:key>.js", hosted.script, name="form-script"),
    path("f/<slug:key>", hosted.page, name="form-page"),
    path("f/<slug:key>/thanks", hosted.thanks, name="form-thanks"),
]

"""Addresses of forms: for everybody below /f/, for those who build them below /forms/."""

from django.urls import path

from kehu.capture.views import builder, confirming, hosted

urlpatterns = [
    path("f/<slug:key>.js", hosted.script, name="form-script"),
    path("f/<slug:key>", hosted.page, name="form-page"),
    path("f/<slug:key>/thanks", hosted.thanks, name="form-thanks"),
    path("f/<slug:key>/confirm/<str:token>", confirming.confirm, name="form-confirm"),
    path("forms/<int:pk>/build", builder.build, name="form-build"),
]

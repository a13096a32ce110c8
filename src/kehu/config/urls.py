"""All addresses: each module brings its own."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("kehu.core.door")),
    path("", include("kehu.core.urls")),
    path("", include("kehu.capture.urls")),
    path("", include("kehu.planning.urls")),
    path("", include("kehu.leads.urls")),
    path("", include("kehu.shell.urls")),
]

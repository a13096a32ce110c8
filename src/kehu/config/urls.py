"""All addresses: each module brings its own."""

from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.urls")),
    path("", include("kehu.core.urls")),
    path("", include("kehu.planning.urls")),
    path("", include("kehu.shell.urls")),
]

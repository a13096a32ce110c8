"""Pages of the frame itself."""

from django.urls import path

from kehu.shell.views import company, gallery, preferences, search, system, today

urlpatterns = [
    path("", today.today, name="today"),
    path("search", search.search_page, name="search"),
    path("palette", search.palette, name="palette"),
    path("language", preferences.language, name="language"),
    path("favicon.ico", preferences.icon),
    path("theme", preferences.theme, name="theme"),
    path("company", company.company, name="company"),
    path("system", system.system, name="jobs"),
    path("system/jobs/<uuid:pk>/again", system.run_again, name="job-again"),
    path("gallery", gallery.gallery, name="gallery"),
]

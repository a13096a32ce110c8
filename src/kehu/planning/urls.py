"""Addresses of the planner and of the campaign dashboard."""

from django.urls import include, path

from kehu.planning.views import compare, planner

urlpatterns = [
    path("plans/<int:pk>", planner.latest, name="plan"),
    path("plans/<int:pk>/start", planner.start, name="plan-start"),
    path("plans/<int:pk>/compare", compare.compare, name="plan-compare"),
    path("plans/<int:pk>/v<int:number>", planner.planner, name="plan-version"),
    path("plans/<int:pk>/v<int:number>/<slug:verb>", planner.change_state, name="plan-state"),
    path("", include("kehu.planning.dashboard.urls")),
]

"""Addresses of leads beyond the generic pages."""

from django.urls import path

from kehu.leads import views

urlpatterns = [path("scoring/<int:pk>/whatif", views.what_if, name="scoring-whatif")]

from django.urls import path

from kehu.planning.dashboard import views

urlpatterns = [
    path("state", views.home, name="campaign-state"),
    path("live", views.live, name="live"),
    path("state/<int:pk>", views.dashboard, name="campaign-dashboard"),
]

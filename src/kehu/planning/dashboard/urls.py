from django.urls import path

from kehu.planning.dashboard import views
from kehu.planning.dashboard.channel.views import channel_page

urlpatterns = [
    path("state", views.home, name="campaign-state"),
    path("live", views.live, name="live"),
    path("state/<int:pk>", views.dashboard, name="campaign-dashboard"),
    path("state/<int:pk>/channel/<int:channel>", channel_page, name="campaign-channel"),
]

"""Pages that every declared object gets."""

urlpatterns: list = []

"""Pages that every declared object gets, and the API."""

from django.urls import path

from kehu.core.api import addresses, no_such_address
from kehu.core.views import board, changes, document, form, list, record, tailoring

urlpatterns = [
    path("api/", no_such_address),
    path("api/", addresses),
    path("api/<path:rest>", no_such_address),
    path("changes/<int:pk>/undo", changes.undo_change, name="change-undo"),
    path("batches/<int:pk>/undo", changes.undo_batch, name="batch-undo"),
    path("setup/fields", tailoring.overview, name="tailoring"),
    path("setup/layouts/<slug:key>/<slug:page>", tailoring.layout_page, name="layout"),
    path("setup/layouts/<slug:key>/<slug:page>/drop", tailoring.layout_drop, name="layout-drop"),
    path("o/<slug:key>", list.list_page, name="list"),
    path("o/<slug:key>/export.csv", list.export, name="list-export"),
    path("o/<slug:key>/board", board.board_page, name="board"),
    path("o/<slug:key>/new", form.create_page, name="record-new"),
    path("o/<slug:key>/<int:pk>", record.record_page, name="record"),
    path("o/<slug:key>/<int:pk>.pdf", document.record_pdf, name="record-pdf"),
    path("o/<slug:key>/<int:pk>/edit", form.edit_page, name="record-edit"),
    path("o/<slug:key>/<int:pk>/delete", record.delete, name="record-delete"),
    path("o/<slug:key>/<int:pk>/restore", record.restore, name="record-restore"),
    path("o/<slug:key>/<int:pk>/move", board.move, name="record-move"),
    path("o/<slug:key>/<int:pk>/do/<slug:name>", record.run_action, name="record-action"),
]

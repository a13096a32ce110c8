"""Pages that every declared object gets, and the API."""

from django.urls import path

from kehu.core.api import api, no_such_address
from kehu.core.views import board, calendar, changes, document, filtering, form, groups, list, record, saved

urlpatterns = [
    path("api/", no_such_address),
    path("api/", api.urls),
    path("api/<path:rest>", no_such_address),
    path("changes/<int:pk>/undo", changes.undo_change, name="change-undo"),
    path("batches/<int:pk>/undo", changes.undo_batch, name="batch-undo"),
    path("o/<slug:key>", list.list_page, name="list"),
    path("o/<slug:key>/filter", filtering.editor, name="list-filter"),
    path("o/<slug:key>/filter/menu", filtering.menu, name="list-filter-menu"),
    path("o/<slug:key>/choices", filtering.choices, name="choices"),
    path("o/<slug:key>/views", saved.menu, name="list-views"),
    path("o/<slug:key>/views/save", saved.save, name="view-save"),
    path("o/<slug:key>/views/delete", saved.delete, name="view-delete"),
    path("o/<slug:key>/views/first", saved.first, name="view-first"),
    path("o/<slug:key>/columns", saved.columns, name="list-columns"),
    path("o/<slug:key>/chart", groups.chart_page, name="chart"),
    path("o/<slug:key>/calendar", calendar.calendar_page, name="calendar"),
    path("o/<slug:key>/group", groups.rows, name="list-group"),
    path("o/<slug:key>/count", list.count, name="list-count"),
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

"""Pages that every declared object gets, and the API."""

from django.urls import path

from kehu.core.api.endpoints import api, no_such_address
from kehu.core.views import board, changes, document, form, likely, list, lookup, record, tokens, work
from kehu.core.views.imports import files as import_files
from kehu.core.views.imports import runs as import_runs
from kehu.core.webhooks import views as webhooks

urlpatterns = [
    path("api/", no_such_address),
    path("api/", api.urls),
    path("api/<path:rest>", no_such_address),
    path("tokens", tokens.tokens_page, name="tokens"),
    path("tokens/<int:pk>/revoke", tokens.revoke, name="token-revoke"),
    path("webhooks/<int:pk>/secret", webhooks.secret, name="webhook-secret"),
    path("webhooks/messages/<int:pk>/again", webhooks.send_again, name="delivery-again"),
    path("changes/<int:pk>/undo", changes.undo_change, name="change-undo"),
    path("batches/<int:pk>/undo", changes.undo_batch, name="batch-undo"),
    path("work", work.work_list, name="works"),
    path("work/<int:pk>", work.work_card, name="work"),
    path("work/<int:pk>/stop", work.work_stop, name="work-stop"),
    path("work/<int:pk>/go-on", work.work_go_on, name="work-go-on"),
    path("work/<int:pk>/file", work.work_file, name="work-file"),
    path("imports", import_runs.run_list, name="imports"),
    path("imports/<int:pk>", import_runs.run_page, name="import-run"),
    path("imports/<int:pk>/stop", import_runs.stop, name="import-stop"),
    path("imports/<int:pk>/go-on", import_runs.go_on, name="import-go-on"),
    path("imports/<int:pk>/undo", import_runs.undo, name="import-undo"),
    path("imports/<int:pk>/errors.csv", import_runs.errors, name="import-errors"),
    path("imports/files/<int:pk>", import_files.mapping, name="import-file"),
    path("imports/files/<int:pk>/reading", import_files.reading, name="import-reading"),
    path("imports/files/<int:pk>/preview", import_files.preview_page, name="import-preview"),
    path("imports/files/<int:pk>/trial", import_files.trial, name="import-trial"),
    path("imports/files/<int:pk>/begin", import_files.begin, name="import-begin"),
    path("imports/files/<int:pk>/discard", import_files.discard, name="import-discard"),
    path("o/<slug:key>/import", import_files.upload, name="import-new"),
    path("o/<slug:key>", list.list_page, name="list"),
    path("o/<slug:key>/export.csv", list.export, name="list-export"),
    path("o/<slug:key>/board", board.board_page, name="board"),
    path("o/<slug:key>/lookup", lookup.lookup, name="lookup"),
    path("o/<slug:key>/new", form.create_page, name="record-new"),
    path("o/<slug:key>/new/likely", likely.likely, name="record-likely-new"),
    path("o/<slug:key>/<int:pk>", record.record_page, name="record"),
    path("o/<slug:key>/<int:pk>.pdf", document.record_pdf, name="record-pdf"),
    path("o/<slug:key>/<int:pk>/edit", form.edit_page, name="record-edit"),
    path("o/<slug:key>/<int:pk>/edit/likely", likely.likely, name="record-likely"),
    path("o/<slug:key>/<int:pk>/delete", record.delete, name="record-delete"),
    path("o/<slug:key>/<int:pk>/restore", record.restore, name="record-restore"),
    path("o/<slug:key>/<int:pk>/move", board.move, name="record-move"),
    path("o/<slug:key>/<int:pk>/do/<slug:name>", record.run_action, name="record-action"),
]

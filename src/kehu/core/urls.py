"""Pages that every declared object gets, and the API."""

from django.urls import path

from kehu.core.api import api, no_such_address
from kehu.core.views import bin, board, changes, document, files, form, list, past, record, together

urlpatterns = [
    path("api/", no_such_address),
    path("api/", api.urls),
    path("api/<path:rest>", no_such_address),
    path("changes/<int:pk>/undo", changes.undo_change, name="change-undo"),
    path("batches/<int:pk>/undo", changes.undo_batch, name="batch-undo"),
    path("changes/<int:pk>/restore/<slug:name>", past.restore_field, name="field-restore"),
    path("bin", bin.bin_page, name="bin"),
    path("bin/<slug:key>/<int:pk>/restore", bin.restore, name="bin-restore"),
    path("bin/<slug:key>/<int:pk>/purge", bin.purge, name="bin-purge"),
    path("notices", together.notices_page, name="notices"),
    path("notices/bell", together.bell, name="bell"),
    path("notices/read", together.read, name="notices-read"),
    path("mentions", together.mentionable, name="mentions"),
    path("tags", together.offered_tags, name="tags-offered"),
    path("files/<int:pk>", files.preview, name="file"),
    path("files/<int:pk>/content", files.content, name="file-content"),
    path("files/<int:pk>/download", files.download, name="file-download"),
    path("o/<slug:key>", list.list_page, name="list"),
    path("o/<slug:key>/export.csv", list.export, name="list-export"),
    path("o/<slug:key>/board", board.board_page, name="board"),
    path("o/<slug:key>/new", form.create_page, name="record-new"),
    path("o/<slug:key>/<int:pk>", record.record_page, name="record"),
    path("o/<slug:key>/<int:pk>.pdf", document.record_pdf, name="record-pdf"),
    path("o/<slug:key>/<int:pk>/edit", form.edit_page, name="record-edit"),
    path("o/<slug:key>/<int:pk>/delete", record.delete, name="record-delete"),
    path("o/<slug:key>/<int:pk>/restore", record.restore, name="record-restore"),
    path("o/<slug:key>/<int:pk>/files", files.of_record, name="record-files"),
    path("o/<slug:key>/<int:pk>/tags", together.change_tags, name="record-tags"),
    path("o/<slug:key>/<int:pk>/follow", together.follow, name="record-follow"),
    path("o/<slug:key>/<int:pk>/history", past.history_page, name="record-history"),
    path("o/<slug:key>/<int:pk>/history/restore", past.restore_day, name="record-as-on"),
    path("o/<slug:key>/<int:pk>/move", board.move, name="record-move"),
    path("o/<slug:key>/<int:pk>/do/<slug:name>", record.run_action, name="record-action"),
]

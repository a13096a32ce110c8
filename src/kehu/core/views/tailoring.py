"""Set up → Fields and layouts: what administrators add to the objects, and where it stands."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kehu.core import access, registry
from kehu.core.actions import custom
from kehu.core.custom import layouts
from kehu.core.errors import NotFound
from kehu.core.models import CustomField, FieldRule, Layout
from kehu.core.registry import ObjectType
from kehu.core.views.base import go_to
from kehu.core.views.notices import done
from kehu.core.views.record import where_it_stands

PAGES = dict(Layout.Page.choices)


def _require(request: HttpRequest) -> None:
    if not access.sees(request.user, registry.get("custom_field")):
        raise NotFound(_("There is no such page."))


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every object with the number of its fields and rules, and its layouts."""
    _require(request)
    fields = Counter(CustomField.objects.filter(retired_at=None).values_list("object_type", flat=True))
    rules = Counter(FieldRule.objects.values_list("object_type", flat=True))
    arranged = Counter(Layout.objects.values_list("object_type", flat=True))
    rows = [
        {
            "kind": kind,
            "own": kind.key.startswith("x_"),
            "fields": fields[kind.key],
            "rules": rules[kind.key],
            "layouts": arranged[kind.key],
            "fields_url": f"{reverse('list', args=['custom_field'])}?{urlencode({'object_type': kind.key})}",
            "rules_url": f"{reverse('list', args=['field_rule'])}?{urlencode({'object_type': kind.key})}",
            "new_url": f"{reverse('record-new', args=['custom_field'])}?{urlencode({'object_type': kind.key})}",
            "rule_url": f"{reverse('record-new', args=['field_rule'])}?{urlencode({'object_type': kind.key})}",
            "pages": [
                {"label": label, "url": reverse("layout", args=[kind.key, page])}
                for page, label in PAGES.items()
            ],
        }
        for kind in registry.all()
        if kind.extensible and kind.form
    ]
    rows.sort(key=lambda row: (not row["own"], not (row["fields"] or row["rules"] or row["layouts"])))
    page = {
        "title": _("Fields and layouts"),
        "rows": rows,
        "new_object_url": reverse("record-new", args=["custom_object"]),
        "objects_url": reverse("list", args=["custom_object"]),
        "new_field_url": reverse("record-new", args=["custom_field"]),
    }
    return render(request, "core/pages/tailoring.html", {"page": page})


@require_http_methods(["GET", "POST"])
def layout_page(request: HttpRequest, key: str, page: str) -> HttpResponse:
    """Arrange the fields of one page by dragging or with buttons; the form carries the whole arrangement."""
    _require(request)
    kind = registry.get(key)
    if page not in PAGES or not kind.form or not kind.extensible:
        raise NotFound(_("There is no such page."))
    role = (request.POST if request.method == "POST" else request.GET).get("role", "")
    if role not in {"", *access.roles.ALL}:
        raise NotFound(_("There is no such page."))
    address = f"{reverse('layout', args=[key, page])}?{urlencode({'role': role})}"
    if request.method == "POST":
        sections, hidden = _sent(request, kind, page)
        if not _moved(request, sections):
            custom.set_layout(
                object_type=key, page=page, role=role, sections=sections, hidden=hidden, by=request.user
            )
            done(request, _("The layout is saved."))
            return go_to(request, address)
    else:
        sections, hidden = _stored(kind, page, role)
    return render(request, "core/pages/layout.html", _context(kind, page, role, sections, set(hidden)))


@require_POST
def layout_drop(request: HttpRequest, key: str, page: str) -> HttpResponse:
    """Back to the layout that the object has of itself."""
    _require(request)
    role = request.POST.get("role", "")
    found = Layout.objects.filter(object_type=key, page=page, role=role).first()
    if found is not None:
        custom.drop_layout(layout=found, by=request.user)
        done(request, _("The object's own layout holds again."), found)
    return go_to(request, f"{reverse('layout', args=[key, page])}?{urlencode({'role': role})}")


def declared(kind: ObjectType, page: str) -> list[layouts.Titled]:
    """What a page shows without any layout."""
    if page == "list":
        return [("", [column.path for column in kind.column_list])]
    sections: list[layouts.Titled] = [
        (section.title, section.fields) for section in kind.form if page == "form" or section.on_page
    ]
    return sections if page == "form" else [(_("Where it stands"), where_it_stands(kind)), *sections]


def _stored(kind: ObjectType, page: str, role: str) -> tuple[list[dict[str, Any]], list[str]]:
    known = declared(kind, page)
    found = Layout.objects.filter(object_type=kind.key, page=page, role=role).first()
    if found is None:
        return [{"title": "", "of": at, "fields": list(paths)} for at, (_t, paths) in enumerate(known)], []
    there = {path for _title, paths in known for path in paths}
    used = {path for section in found.sections for path in section["fields"]} | set(found.hidden)
    sections = [{**s, "fields": [path for path in s["fields"] if path in there]} for s in found.sections]
    new = [path for _title, paths in known for path in paths if path not in used]
    if new:
        sections = sections or [{"title": "", "of": None, "fields": []}]
        sections[-1]["fields"] += new
    return sections, [path for path in found.hidden if path in there]


def _sent(request: HttpRequest, kind: ObjectType, page: str) -> tuple[list[dict[str, Any]], list[str]]:
    """The arrangement as the form has it: titles and paths in the order of their inputs."""
    titles, shown = iter(request.POST.getlist("title")), set(request.POST.getlist("shown"))
    there = {path for _title, paths in declared(kind, page) for path in paths}
    sections: list[dict[str, Any]] = []
    for item in request.POST.getlist("item"):
        if item.startswith("section:"):
            of = item.removeprefix("section:")
            sections.append(
                {"title": next(titles, ""), "of": int(of) if of.isdecimal() else None, "fields": []}
            )
        elif item in there:
            if not sections:
                sections.append({"title": "", "of": None, "fields": []})
            sections[-1]["fields"].append(item)
    return sections, [path for section in sections for path in section["fields"] if path not in shown]


def _moved(request: HttpRequest, sections: list[dict[str, Any]]) -> bool:
    """Whether a button has moved something in the arrangement instead of saving it."""
    if "add" in request.POST:
        sections.append({"title": _("New section"), "of": None, "fields": []})
        return True
    for name, step in (("up", -1), ("down", 1)):
        if (path := request.POST.get(name)) is not None:
            _move(sections, path, step)
            return True
    return False


def _move(sections: list[dict[str, Any]], path: str, step: int) -> None:
    """One place up or down, over the edge into the next section."""
    for number, section in enumerate(sections):
        if path not in section["fields"]:
            continue
        place = section["fields"].index(path)
        if 0 <= place + step < len(section["fields"]):
            section["fields"].insert(place + step, section["fields"].pop(place))
        elif 0 <= number + step < len(sections):
            section["fields"].remove(path)
            sections[number + step]["fields"].insert(
                0 if step > 0 else len(sections[number + step]["fields"]), path
            )
        return


def _context(
    kind: ObjectType, page: str, role: str, sections: list[dict[str, Any]], hidden: set[str]
) -> dict[str, Any]:
    titles = [title for title, _paths in declared(kind, page)]
    address = reverse("layout", args=[kind.key, page])
    fixed = {kind.column_list[0].path} if page == "list" else needed(kind) if page == "form" else set()
    return {
        "page": {
            "title": _("%(page)s of “%(kind)s”") % {"page": PAGES[page], "kind": kind.label_plural},
            "object": kind,
            "role": role,
            "with_sections": page != "list",
            "sections": [
                {
                    "of": "" if section["of"] is None else section["of"],
                    "title": section["title"],
                    "own": own_title(titles, section["of"]),
                    "fields": [
                        {
                            "path": path, "label": kind.label_of(path), "shown": path not in hidden,
                            "fixed": path in fixed,
                        }
                        for path in section["fields"]
                    ],
                }
                for section in sections
            ],
            "roles": [
                {"value": code, "label": label, "url": f"{address}?{urlencode({'role': code})}", "active": code == role}
                for code, label in [("", _("Everyone")), *access.roles.CHOICES]
            ],
            "tabs": [
                {"label": label, "active": name == page,
                 "url": f"{reverse('layout', args=[kind.key, name])}?{urlencode({'role': role})}"}
                for name, label in PAGES.items()
            ],
            "there": Layout.objects.filter(object_type=kind.key, page=page, role=role).exists(),
            "drop_url": reverse("layout-drop", args=[kind.key, page]),
            "back_url": reverse("tailoring"),
        }
    }  # fmt: skip


def own_title(titles: list[Any], of: int | None) -> Any:
    """What the declaration calls the section that one of a layout comes from."""
    return titles[of] if of is not None and of < len(titles) else ""


def needed(kind: ObjectType) -> set[str]:
    """Fields without which no record comes into being: a form cannot hide them."""
    found = set()
    for path in kind.form_fields:
        field: Any = kind.field(path)
        if field is not None and not field.blank and not field.has_default():
            found.add(path)
    return found

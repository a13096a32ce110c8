"""The texts of templates are found as Django looks them up at run time."""

import pytest

from scripts.template_messages import TemplateError, Text, extract


def found(source: str) -> list[Text]:
    return list(extract(source))


def test_a_translate_tag_gives_its_literal() -> None:
    assert found('{% translate "Leads" %} {% trans "Won" as won %}') == [Text("Leads"), Text("Won")]


def test_a_translate_tag_with_a_variable_gives_nothing() -> None:
    assert found("{% translate label %}") == []


def test_the_context_is_kept() -> None:
    assert found('{% translate "Open" context "verb" %}') == [Text("Open", context="verb")]


def test_filters_after_the_literal_are_left_out() -> None:
    assert found('{% translate "Leads"|lower %}') == [Text("Leads")]


def test_per_cent_signs_are_doubled_as_django_doubles_them() -> None:
    assert found('{% translate "100% sure" %}') == [Text("100%% sure")]


def test_quotes_inside_quotes_are_unescaped() -> None:
    assert found(r'{% translate "the \"best\" one" %}') == [Text('the "best" one')]


def test_a_block_names_its_variables() -> None:
    assert found("{% blocktranslate with n=count %}{{ n }} of 5%{% endblocktranslate %}") == [
        Text("%(n)s of 5%%")
    ]


def test_a_block_has_a_plural_and_can_be_trimmed() -> None:
    source = """{% blocktranslate count n=rows|length trimmed context "list" %}
        one row
    {% plural %}
        {{ n }} rows
    {% endblocktranslate %}"""
    assert found(source) == [Text("one row", "%(n)s rows", "list")]


def test_marked_words_in_other_tags_and_variables_are_found() -> None:
    source = """{% include "x.html" with label=_("Save") %}{{ title|default:_('No title') }}"""
    assert found(source) == [Text("Save"), Text("No title")]


def test_a_tag_inside_a_block_is_refused_with_its_line() -> None:
    with pytest.raises(TemplateError, match="line 2"):
        found("{% blocktranslate %}\n{% if x %}{% endblocktranslate %}")


def test_a_block_without_an_end_is_refused() -> None:
    with pytest.raises(TemplateError, match="never closed"):
        found("{% blocktranslate %}text")

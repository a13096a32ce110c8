import pytest

from kehu.core import registry

pytestmark = pytest.mark.django_db


def test_every_object_type_has_records_in_the_market(market):
    kinds = {kind.key for kind in registry.all()} - {"team", "user"}
    assert kinds == set(market.records)

"""What users type stands in a statement as a literal, whatever it looks like."""

from datetime import date

from kehu.warehouse.duck import connect
from kehu.warehouse.writing import Values, written


def test_what_users_type_is_neither_sql_nor_a_mark():
    values = Values()
    first, second, day = values.text("__value_1"), values.text("it's\"; --"), values.date(date(2010, 8, 31))
    draft = values.draft(
        f"SELECT {first} AS a, {second} AS b, {day} AS c, '__value_0 it''s' AS d, 1 AS \"__value_1\""
    )
    sql, tables = written(draft, (), frozenset())
    with connect() as connection:
        answer = connection.execute(sql).fetchall()
    assert answer == [("__value_1", "it's\"; --", date(2010, 8, 31), "__value_0 it's", 1)]
    assert tables == frozenset()


def test_two_days_share_one_woven_statement():
    texts = []
    for day in (date(2010, 8, 31), date(2010, 9, 1)):
        values = Values()
        mark = values.date(day)
        texts.append(written(values.draft(f"SELECT {mark} AS d"), (), frozenset())[0])
    assert texts[0].replace("2010-08-31", "2010-09-01") == texts[1]

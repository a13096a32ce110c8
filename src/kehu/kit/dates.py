"""Days and moments read from text, in the format that was named or that the column's values prove.

Formats: `ymd` (2010-08-31, 2010/8/31, 20100831, 2010年8月31日), `dmy` (31/8/2010), `mdy` (8/31/2010),
`named` (31 Aug 2010, Aug 31, 2010), `roc` (Taiwan's years: 99/8/31, 民國99年8月31日; only on request), or
a pattern of strptime such as `%d.%m.%y`. A time may follow the day: 14:05, 2:05 PM, 下午2:05, with an offset.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache

from django.utils.translation import gettext

FORMATS = ("ymd", "dmy", "mdy", "named", "roc")
_ROC_OFFSET = 1911
_PIVOT = 69
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_YMD = re.compile(r"(\d{4})(?:([-/.])(\d{1,2})\2(\d{1,2})|(\d\d)(\d\d)|年(\d{1,2})月(\d{1,2})[日号號])")
_XXY = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d\d)")
_NAMED = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})|([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_ROC = re.compile(
    r"(?:民[國国])?(\d{1,3})(?:([-/.])(\d{1,2})\2(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号號]|(\d\d)(\d\d))"
)
_TIME = re.compile(
    r"(?P<half>[AaPp]\.?[Mm]\.?|上午|下午|早上|晚上|中午)? ?"
    r"(?P<hour>\d{1,2})(?:[:点點时時](?P<minute>\d{1,2})?分?(?::?(?P<second>\d{1,2})秒?)?)?(?:[.,](?P<fraction>\d{1,9}))?"
    r" ?(?P<after>[AaPp]\.?[Mm]\.?)? ?(?P<offset>[Zz]|(?:UTC|GMT)?[-+]\d\d:?\d\d|[-+]\d\d|UTC|GMT)?"
)
_AFTER_NOON = ("p", "下午", "晚上", "中午")


def evidence(samples: Iterable[str]) -> str:
    """The one format that reads every sample (blank ones do not count); a ValueError says why there is none.

    The samples of a column decide together: 31/8/2010 proves that 5/6/2010 beside it is the 5th of June.
    """
    filled = [text for sample in samples if (text := _plain(sample))]
    if not filled:
        raise ValueError(gettext("The column holds no dates."))
    fitting = [name for name in ("ymd", "named", "dmy", "mdy") if all(_reads(text, name) for text in filled)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        raise ValueError(
            gettext("“%(text)s” may begin with the day or with the month. Name the format: dmy or mdy.")
            % {"text": filled[0]}
        )
    odd = next(
        (text for text in filled if not any(_reads(text, name) for name in ("ymd", "named", "dmy", "mdy"))),
        "",
    )
    if odd:
        raise _no_date(odd)
    raise ValueError(gettext("The dates of the column are not all written in one way. Name the format."))


def parse_date(text: str, written: str | None = None) -> date:
    """The day that a text names; a time behind it is left out.

    Without a format only what can be read in one way is taken: 5/6/2010 is refused (ValueError).
    """
    return _split(_plain(text), written)[0]


def parse_moment(text: str, written: str | None, zone: tzinfo) -> datetime:
    """The moment that a text names, in `zone`; a day alone is its midnight there, an offset written counts.

    A clock time that the zone skipped (summer time) is moved on by the skipped hour.
    """
    day, clock, offset = _split(_plain(text), written)
    try:
        return datetime.combine(day, clock, offset or zone).astimezone(UTC).astimezone(zone)
    except OverflowError:
        raise _no_date(text) from None


@lru_cache(maxsize=20_000)
def _split(text: str, written: str | None) -> tuple[date, time, tzinfo | None]:
    if not text:
        raise ValueError(gettext("A date is missing."))
    if written is not None and "%" in written:
        return _by_pattern(text, written)
    names = ("ymd", "named", "dmy", "mdy") if written is None else (written,)
    if written is not None and written not in FORMATS:
        raise ValueError(
            gettext(
                "There is no date format “%(name)s”. There are: %(names)s, or a pattern like %%d.%%m.%%Y."
            )
            % {"name": written, "names": ", ".join(FORMATS)}
        )
    readings = {reading[0]: reading for name in names if (reading := _reading(text, name))}
    if len(readings) == 1:
        return next(iter(readings.values()))
    if readings:
        raise ValueError(
            gettext("“%(text)s” may begin with the day or with the month. Name the format: dmy or mdy.")
            % {"text": text}
        )
    raise _no_date(text)


def _by_pattern(text: str, pattern: str) -> tuple[date, time, tzinfo | None]:
    try:
        read = datetime.strptime(text, pattern)
    except ValueError:
        raise ValueError(
            gettext("“%(text)s” is not a date of the form %(pattern)s.") % {"text": text, "pattern": pattern}
        ) from None
    return read.date(), read.time(), read.tzinfo


def _no_date(text: str) -> ValueError:
    return ValueError(gettext("“%(text)s” is not a date.") % {"text": text[:60]})


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _reads(text: str, name: str) -> bool:
    return _reading(text, name) is not None


def _reading(text: str, name: str) -> tuple[date, time, tzinfo | None] | None:
    pattern = {"ymd": _YMD, "named": _NAMED, "roc": _ROC}.get(name, _XXY)
    found = pattern.match(text)
    if found is None:
        return None
    rest = text[found.end() :]
    if rest and rest[0] not in " T,上下早晚中" and not found[0].endswith(("日", "号", "號")):
        return None
    clock = _clock(rest.removeprefix("T").lstrip(" ,"))
    if clock is None:
        return None
    try:
        day = _day(name, [part for part in found.groups() if part and part not in "-/."])
    except ValueError:
        return None
    return day, *clock


def _day(name: str, parts: list[str]) -> date:
    if name == "named":
        month_first = parts[0].isalpha()
        month, day = (parts[0], parts[1]) if month_first else (parts[1], parts[0])
        return date(int(parts[2]), _MONTHS.index(month[:3].lower()) + 1, int(day))
    first, second, third = (int(part) for part in parts)
    if name == "ymd":
        return date(first, second, third)
    if name == "roc":
        return date(first + _ROC_OFFSET, second, third)
    year = third if len(parts[2]) == 4 else third + (1900 if third >= _PIVOT else 2000)
    return date(year, second, first) if name == "dmy" else date(year, first, second)


def _clock(text: str) -> tuple[time, tzinfo | None] | None:
    """The time of day and the offset behind a day: midnight if there is nothing, None if it is no time."""
    if not text:
        return time(), None
    found = _TIME.fullmatch(text)
    half = (found["half"] or found["after"] or "").lower() if found else ""
    if found is None or (found["minute"] is None and not half and not re.search("[点點时時]", text)):
        return None
    hour = int(found["hour"])
    if half and hour <= 12 and (half not in ("早上", "晚上", "中午") or hour < 12):
        hour = hour % 12 + (12 if half.startswith(_AFTER_NOON) and not (half == "中午" and hour >= 11) else 0)
    micro = int((found["fraction"] or "0").ljust(6, "0")[:6])
    try:
        clock = time(hour, int(found["minute"] or 0), int(found["second"] or 0), micro)
        return clock, _offset(found["offset"])
    except ValueError:
        return None


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    digits = re.sub(r"\D", "", text)
    if not digits:
        return UTC
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return timezone(timedelta(minutes=-minutes if "-" in text else minutes))

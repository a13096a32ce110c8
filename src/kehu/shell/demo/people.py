"""Invents the people behind the leads: names, ages, phones, e-mail addresses, towns, employers."""

from collections.abc import Iterator
from itertools import accumulate
from random import Random

from kehu.shell.demo import names
from kehu.shell.demo.rows import PersonRow

FAMILY_WEIGHTS = list(accumulate(weight for _, weight, _ in names.FAMILY_NAMES))
YEAR_OF_THE_CASE = 2010


def phones(rng: Random, count: int) -> list[str]:
    """Different mobile numbers in E.164: +886 9, then eight digits that do not begin with 9."""
    return [f"+8869{number:08d}" for number in rng.sample(range(90_000_000), count)]


def local_phone(phone: str) -> str:
    """The way people in Taiwan write it: 09xx-xxx-xxx."""
    digits = "0" + phone.removeprefix("+886")
    return f"{digits[:4]}-{digits[4:7]}-{digits[7:]}"


def birth_year(rng: Random) -> int:
    """Buyers are 30 to 40; one in six is younger or older."""
    if rng.random() < 0.84:
        return YEAR_OF_THE_CASE - rng.randint(30, 40)
    return YEAR_OF_THE_CASE - rng.choice((24, 25, 26, 27, 28, 29, 29, 41, 41, 42, 43, 44, 46, 48, 51, 55))


def company(rng: Random) -> str:
    words = rng.choice(names.COMPANY_FIRST) + rng.choice(names.COMPANY_SECOND)
    return words + rng.choice(names.COMPANY_TRADES) + rng.choice(names.COMPANY_FORMS)


def people(rng: Random, regions: list[str]) -> Iterator[PersonRow]:
    """One person per region given, numbered from 1; some have no e-mail address, everyone has a phone."""
    families = rng.choices(names.FAMILY_NAMES, cum_weights=FAMILY_WEIGHTS, k=len(regions))
    for number, (region, phone, family) in enumerate(
        zip(regions, phones(rng, len(regions)), families, strict=True), start=1
    ):
        female = rng.random() < 0.42
        first = rng.choice(names.FEMALE_FIRST if female else names.MALE_FIRST)
        second = rng.choice(names.FEMALE_SECOND if female else names.MALE_SECOND)
        email = ""
        if rng.random() < 0.86:
            domain = names.MAIL_DOMAINS[number % len(names.MAIL_DOMAINS)]
            email = f"{first[1]}{second[1]}.{family[2]}{number}@{domain}"
        yield PersonRow(
            number,
            family[0],
            first[0] if rng.random() < 0.04 else first[0] + second[0],
            female,
            birth_year(rng),
            phone,
            email,
            rng.choice(names.TOWNS[region]),
            company(rng) if rng.random() < 0.3 else "",
        )

"""The company of these tests: a tree of teams, one person per role, and owners in every direction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from kehu.core import changes
from kehu.core.access import roles
from kehu.core.models import Team, User

# Where each role stands; who has no team sees by its role alone.
TEAMS = {
    roles.GENERAL_MANAGER: "Company",
    roles.MARKETING_HEAD: "Market",
    roles.CAMPAIGN_MANAGER: "Market",
    roles.SEGMENT_MANAGER: "Market",
    roles.CHANNEL_MANAGER: "Market",
    roles.SALES_HEAD: "North",
    roles.SALES_REP: "North",
    roles.SERVICE_AGENT: "South",
}
# Owners, named from where the sales representative of the walk stands; the sales head leads North.
OWNERS = {"mate": "North", "below": "North-East", "stranger": "South"}


@dataclass
class People:
    by_role: dict[str, User] = field(default_factory=dict)
    owners: dict[str, User | None] = field(default_factory=dict)


def saved(record: Any, by: User | None = None) -> Any:
    changes.save(record, by=by)
    return record


def build() -> People:
    """Company > North > North-East; Company > South; Company > Market."""
    teams: dict[str, Team] = {}
    for name, above in (
        ("Company", ""), ("North", "Company"), ("North-East", "North"), ("South", "Company"), ("Market", "Company")
    ):  # fmt: skip
        team = saved(Team(name=name, parent=teams.get(above)))
        team.path = f"{team.parent.path if team.parent else '/'}{team.pk}/"
        teams[name] = saved(team)
    people = People()
    for role in roles.ALL:
        people.by_role[role] = person(role.replace("_", "-"), role, teams.get(TEAMS.get(role, "")))
    people.owners["own"] = people.by_role[roles.SALES_REP]
    for name, team in OWNERS.items():
        people.owners[name] = person(name, roles.SALES_REP, teams[team])
    people.owners["nobody"] = None
    return people


def person(username: str, role: str, team: Team | None) -> User:
    """A person whose names say nothing that is secret: everyone sees people."""
    return saved(
        User(username=username, name=username, role=role, team=team, email=f"{username}@example.com")
    )

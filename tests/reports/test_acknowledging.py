from __future__ import annotations

from kbwizard.reports.acknowledging import by_article, by_person, edition_read, pending
from tests.helpers.articles import article
from tests.reports.conftest import person

MUST = {"must_read": "true", "edition": 2}
CONDUCT = article("conduta", "Conduta", **MUST)
SECRECY = article("sigilo", "Sigilo", audience="[agent]", **MUST)
FREE = article("luzes")
EVERY = [SECRECY, CONDUCT, FREE]


def test_each_role_is_asked_for_what_is_for_it() -> None:
    assert [one.slug for one in pending(EVERY, "agent", {})] == ["conduta", "sigilo"]
    assert [one.slug for one in pending(EVERY, "trainee", {})] == ["conduta"]
    assert pending(EVERY, "author", {}) == pending(EVERY, "admin", {}) == ()


def test_an_older_edition_does_not_count_and_an_older_address_does() -> None:
    moved = article("conduta-nova", formerly="[conduta]", **MUST)

    assert [one.slug for one in pending(EVERY, "agent", {"conduta": 1, "sigilo": 2})] == ["conduta"]
    assert pending([moved], "agent", {"conduta": 2}) == ()
    assert edition_read(moved, {"conduta": 1}) == 1


def test_a_minor_edit_changes_nothing_for_who_has_read() -> None:
    edited = article("conduta", "Conduta, com uma vírgula a mais", **MUST)

    assert edited.fingerprint != CONDUCT.fingerprint
    assert pending([edited], "agent", {"conduta": 2}) == ()


def test_who_left_and_who_is_not_asked_are_not_counted() -> None:
    people = [
        person("ana"),
        person("bia"),
        person("quem.saiu", disabled=True),
        person("tito", "trainee"),
        person("aldo", "author"),
        person("ada", "admin"),
    ]
    missing = {"conduta": tuple(one.name for one in people[1:]), "sigilo": ("ana",)}

    conduct, secrecy = by_article(EVERY, people, missing)

    assert (conduct.article, conduct.asked, conduct.done) == (CONDUCT, 3, 1)
    assert [one.name for one in conduct.missing] == ["bia", "tito"]
    assert (secrecy.asked, secrecy.done) == (2, 1)


def test_people_with_most_to_read_come_first() -> None:
    people = [person("ana"), person("bia"), person("tito", "trainee")]
    missing = {"conduta": ("bia",), "sigilo": ("ana", "bia")}

    rows = by_person(EVERY, people, missing)

    assert [(one.person.name, len(one.missing), one.asked) for one in rows] == [
        ("bia", 2, 2),
        ("ana", 1, 2),
        ("tito", 0, 1),
    ]

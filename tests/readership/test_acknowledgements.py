from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from kbwizard.readership.service import Readership


def article(slug: str, edition: int, *formerly: str) -> Any:
    """What `missing` looks at of an article."""
    return SimpleNamespace(slug=slug, edition=edition, own_addresses=(slug, *formerly))


def test_who_has_read_is_remembered_by_edition(readership: Readership) -> None:
    readership.acknowledge("conduta", edition=1, by="ana")
    readership.acknowledge("conduta", edition=2, by="ana")
    readership.acknowledge("sigilo", edition=1, by="ana")
    readership.acknowledge("conduta", edition=1, by="bia")

    assert readership.acknowledged("ana") == {"conduta": 2, "sigilo": 1}
    assert readership.acknowledged("caio") == {}


def test_a_new_edition_is_asked_of_everybody_again(readership: Readership) -> None:
    readership.acknowledge("conduta", edition=1, by="ana")

    first = readership.missing([article("conduta", 1)], ["ana", "bia"])
    second = readership.missing([article("conduta", 2)], ["ana", "bia"])

    assert first == {"conduta": ("bia",)}
    assert second == {"conduta": ("ana", "bia")}


def test_a_new_address_asks_nobody_again(readership: Readership) -> None:
    readership.acknowledge("conduta-antiga", edition=2, by="ana")

    found = readership.missing([article("conduta", 2, "conduta-antiga")], ["ana", "bia"])

    assert found == {"conduta": ("bia",)}


def test_only_the_people_asked_about_are_told(readership: Readership) -> None:
    readership.acknowledge("conduta", edition=1, by="quem.saiu")

    assert readership.missing([article("conduta", 1)], ["ana"]) == {"conduta": ("ana",)}
    assert readership.missing([], ["ana"]) == {}


def test_saying_it_sixteen_times_at_once_is_saying_it_once(readership: Readership) -> None:
    with ThreadPoolExecutor(16) as threads:
        list(
            threads.map(lambda _: readership.acknowledge("conduta", edition=1, by="ana"), range(16))
        )

    assert readership.acknowledged("ana") == {"conduta": 1}

"""Publications for a moment to come: once, at that moment, or back to review with the reason."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from time import monotonic, sleep

import pytest

from kbwizard.editing import service
from kbwizard.editing.values import Draft
from kbwizard.errors import Forbidden
from tests.editing.conftest import Office
from tests.editing.pictures import png


def scheduled(office: Office, slug: str = "luzes", hours: float = 2) -> Draft:
    draft = office.in_review(slug)
    at = office.clock() + timedelta(hours=hours)
    publication = office.editing.approve(draft.id, by="lia.lider", publish_at=at)
    assert (publication.scheduled, publication.at, publication.number) == (True, at, 0)
    return office.editing.draft(draft.id)


def test_it_is_published_when_its_hour_has_come_and_not_before(office: Office) -> None:
    draft = scheduled(office)
    assert (draft.state, draft.reviewer) == ("scheduled", "lia.lider")

    assert office.editing.publish_due() == []
    assert "Olhe bem." not in office.text("luzes")
    office.clock.pass_time(hours=2)

    assert office.editing.publish_due() == ["luzes"]
    assert "Olhe bem." in office.text("luzes")
    assert office.editing.history("luzes")[0].approved_by == "lia.lider"
    assert office.editing.publish_due() == []


def test_a_moment_that_has_passed_is_now(office: Office) -> None:
    draft = office.in_review()

    publication = office.editing.approve(
        draft.id, by="lia.lider", publish_at=office.clock() - timedelta(minutes=1)
    )

    assert (publication.scheduled, publication.number) == (False, 2)


def test_the_writer_cannot_schedule_it_either(office: Office) -> None:
    draft = office.in_review()

    with pytest.raises(Forbidden):
        office.editing.approve(
            draft.id, by="aldo.autor", publish_at=office.clock() + timedelta(hours=1)
        )


def test_one_that_clashes_by_then_goes_back_to_review_with_the_reason(office: Office) -> None:
    draft = scheduled(office)
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")
    other = scheduled(office, "outro")
    office.clock.pass_time(hours=3)

    assert office.editing.publish_due() == ["outro"]

    back = office.editing.draft(draft.id)
    assert (back.state, back.publish_at) == ("review", None)
    assert "mudou depois" in back.review_note
    assert office.editing.draft(other.id).state == "published"
    assert "Olhe bem." not in office.text("luzes")


def test_one_that_has_errors_by_then_goes_back_to_review(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    office.change(draft, "A luz LOS", "Veja [outro](outro). A luz LOS")
    office.editing.send(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider", publish_at=office.clock() + timedelta(hours=1))
    (office.folder / "outro.md").unlink()
    office.clock.pass_time(hours=1)

    assert office.editing.publish_due() == []

    back = office.editing.draft(draft.id)
    assert back.state == "review"
    assert '"outro" não existe' in back.review_note


def test_what_the_disk_refuses_stays_scheduled(office: Office) -> None:
    draft = office.editing.begin("aldo.autor", slug="luzes")
    image = office.editing.add_image(draft.id, by="aldo.autor", filename="a.png", data=png())
    office.change(draft, "A luz LOS", f"![a](images/{image.name})\n\nA luz LOS")
    office.editing.send(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider", publish_at=office.clock() + timedelta(hours=1))
    office.clock.pass_time(hours=1)
    (office.folder / "images").symlink_to(office.root / "nowhere")

    assert office.editing.publish_due() == []
    assert office.editing.draft(draft.id).state == "scheduled"

    (office.folder / "images").unlink()
    assert office.editing.publish_due() == ["luzes"]


def test_one_that_is_withdrawn_is_not_published(office: Office) -> None:
    draft = scheduled(office)
    office.editing.withdraw(draft.id, by="aldo.autor")
    office.clock.pass_time(hours=3)

    assert office.editing.publish_due() == []
    assert office.editing.draft(draft.id).publish_at is None


def test_eight_threads_publish_it_once(office: Office) -> None:
    scheduled(office)
    office.clock.pass_time(hours=3)

    with ThreadPoolExecutor(8) as pool:
        published = list(pool.map(lambda _n: office.editing.publish_due(), range(8)))

    assert sorted(published)[-1] == ["luzes"]
    assert sum(map(len, published)) == 1
    assert [one.number for one in office.editing.history("luzes")] == [2, 1]


def test_a_process_that_keeps_watch_keeps_the_schedule(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "WATCH_EVERY_S", 3600.0)  # once is enough here
    scheduled(office)
    office.clock.pass_time(hours=3)

    office.editing.keep_watch()

    until = monotonic() + 20
    while "Olhe bem." not in office.text("luzes") and monotonic() < until:
        sleep(0.05)
    office.editing.look()  # waits for the folder's turn: the watch has done all of it
    assert "Olhe bem." in office.text("luzes")
    assert office.editing.drafts() == []

"""Files edited by hand, two authors: noticed, told with both sides, and settled by a person."""

from __future__ import annotations

import pytest

from kbwizard.editing.merge import MINE
from kbwizard.editing.values import Clashes, DraftMoved
from kbwizard.errors import ContentError
from tests.editing.conftest import ARTICLES, Office


def test_a_hand_edit_is_in_the_history_before_the_next_web_version(office: Office) -> None:
    office.publish()
    office.edit_by_hand("luzes", "Olhe bem.", "Editado à mão.")

    office.editing.verify("luzes", by="ada.admin")

    found = [(one.number, one.origin, one.by) for one in office.editing.history("luzes")]
    assert found == [
        (4, "web", "ada.admin"),
        (3, "file", ""),
        (2, "web", "aldo.autor"),
        (1, "file", ""),
    ]
    assert "Editado à mão" in office.editing.version("luzes", 3).source


def test_asking_for_the_history_is_enough_to_notice_a_hand_edit(office: Office) -> None:
    assert [one.number for one in office.editing.history("luzes")] == [1]

    office.edit_by_hand("luzes", "A luz LOS", "À mão: a luz LOS")

    assert [one.origin for one in office.editing.history("luzes")] == ["file", "file"]
    assert office.editing.look() == []


def test_looking_notes_every_file_once(office: Office) -> None:
    assert sorted(office.editing.look()) == ["luzes", "outro", "publico"]
    assert office.editing.look() == []


def test_what_is_no_article_is_no_reason_to_stop_looking(office: Office) -> None:
    (office.folder / "Não é endereço.md").write_text("x", encoding="utf-8")
    (office.folder / "latim.md").write_bytes(b"\xe9\xe8")

    assert sorted(office.editing.look()) == ["luzes", "outro", "publico"]


def test_a_draft_is_no_conflict_while_the_file_stands(office: Office) -> None:
    assert office.editing.conflict(office.in_review().id) is None


def test_a_hand_edit_makes_the_open_draft_a_conflict_with_a_clean_merge(office: Office) -> None:
    draft = office.in_review()
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")

    clash = office.editing.conflict(draft.id)

    assert clash is not None
    assert (clash.base, clash.mine) == (ARTICLES["luzes"], draft.source)
    assert clash.theirs == office.text("luzes")
    assert clash.open_marks == 0
    assert "Olhe bem." in clash.merged
    assert "O que diz cada luz." in clash.merged


def test_an_approval_over_a_hand_edit_is_refused_and_the_edit_kept(office: Office) -> None:
    draft = office.in_review()
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")
    edited = office.text("luzes")

    with pytest.raises(Clashes):
        office.editing.approve(draft.id, by="lia.lider")

    assert office.text("luzes") == edited
    assert [one.origin for one in office.editing.history("luzes")] == ["file"]


def test_a_settled_conflict_is_published_with_both_changes(office: Office) -> None:
    draft = office.in_review()
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")
    clash = office.editing.conflict(draft.id)
    assert clash is not None

    settled = office.editing.settle(
        draft.id,
        by="bia.autora",
        revision=draft.revision,
        source=clash.merged,
        theirs=clash.theirs_fingerprint,
    )

    assert (settled.state, settled.writers) == ("writing", ("aldo.autor", "bia.autora"))
    assert office.editing.conflict(draft.id) is None
    office.editing.send(draft.id, by="bia.autora")
    office.editing.approve(draft.id, by="lia.lider")
    assert "Olhe bem." in office.text("luzes")
    assert "O que diz cada luz." in office.text("luzes")


def test_a_file_that_moves_while_one_settles_is_noticed(office: Office) -> None:
    draft = office.in_review()
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")
    clash = office.editing.conflict(draft.id)
    assert clash is not None
    office.edit_by_hand("luzes", "O que diz cada luz.", "O que cada uma diz.")

    with pytest.raises(Clashes) as again:
        office.editing.settle(
            draft.id,
            by="aldo.autor",
            revision=draft.revision,
            source=clash.merged,
            theirs=clash.theirs_fingerprint,
        )

    assert "O que cada uma diz." in again.value.clash.theirs
    assert office.editing.draft(draft.id).source == draft.source


def test_a_draft_that_went_on_while_one_settles_is_kept_and_so_is_the_solution(
    office: Office,
) -> None:
    draft = office.change(office.editing.begin("aldo.autor", slug="luzes"), "A luz", "Olhe: a luz")
    office.edit_by_hand("luzes", "O que cada luz diz.", "O que diz cada luz.")
    clash = office.editing.conflict(draft.id)
    assert clash is not None
    newer = office.change(draft, "Olhe: a luz", "Veja: a luz")

    with pytest.raises(DraftMoved) as late:
        office.editing.settle(
            draft.id, by="aldo.autor", revision=draft.revision, source=clash.merged,
            theirs=clash.theirs_fingerprint,
        )  # fmt: skip

    assert office.editing.draft(draft.id).source == newer.source
    assert late.value.copy.source == clash.merged


def test_marks_that_were_left_in_keep_a_draft_from_review(office: Office) -> None:
    draft = office.in_review()
    office.edit_by_hand("luzes", "A luz LOS vermelha", "A luz LOS, em vermelho,")
    clash = office.editing.conflict(draft.id)
    assert clash is not None
    assert clash.open_marks == 1
    assert MINE in clash.merged
    office.editing.settle(draft.id, by="aldo.autor", revision=draft.revision, source=clash.merged)

    with pytest.raises(ContentError, match="marca de conflito"):
        office.editing.send(draft.id, by="aldo.autor")


def test_an_article_that_was_taken_away_is_a_conflict_too(office: Office) -> None:
    draft = office.in_review()
    (office.folder / "luzes.md").unlink()

    with pytest.raises(Clashes) as refused:
        office.editing.approve(draft.id, by="lia.lider")

    assert refused.value.clash.theirs == ""
    office.editing.settle(draft.id, by="aldo.autor", revision=draft.revision, source=draft.source)
    office.editing.send(draft.id, by="aldo.autor")
    office.editing.approve(draft.id, by="lia.lider")
    assert "Olhe bem." in office.text("luzes")


def test_a_draft_follows_its_article_to_another_address(office: Office) -> None:
    draft = office.in_review(by="bia.autora")
    moving = office.editing.begin("aldo.autor", slug="luzes")
    office.change(moving, "O que cada luz diz.", "O que diz cada luz.", slug="luzes-novas")
    office.editing.send(moving.id, by="aldo.autor")
    office.editing.approve(moving.id, by="lia.lider")

    with pytest.raises(Clashes) as refused:
        office.editing.approve(draft.id, by="lia.lider")
    clash = refused.value.clash
    assert clash.theirs == office.text("luzes-novas")
    settled = office.editing.settle(
        draft.id, by="bia.autora", revision=draft.revision, source=clash.merged
    )

    assert (settled.slug, settled.article) == ("luzes-novas", "luzes-novas")
    office.editing.send(draft.id, by="bia.autora")
    office.editing.approve(draft.id, by="lia.lider")
    assert "Olhe bem." in office.text("luzes-novas")
    assert "formerly: [luzes]" in office.text("luzes-novas")
    assert "luzes.md" not in office.names()


def test_the_same_change_by_hand_and_in_the_draft_is_no_conflict(office: Office) -> None:
    draft = office.in_review()
    (office.folder / "luzes.md").write_text(draft.source, encoding="utf-8")

    office.editing.approve(draft.id, by="lia.lider")

    assert "verified_by: lia.lider" in office.text("luzes")


def test_a_verification_leaves_open_drafts_alone(office: Office) -> None:
    draft = office.in_review()

    office.editing.verify("luzes", by="ada.admin")

    assert office.editing.conflict(draft.id) is None
    assert office.editing.approve(draft.id, by="lia.lider").number == 3

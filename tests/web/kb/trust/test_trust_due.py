"""The queue of what is to be verified: what is in it, verifying one and several, who may."""

from __future__ import annotations

import pytest

from tests.web.kb.trust.conftest import TODAY, Base

pytestmark = pytest.mark.sqlite_only  # what is kept is tested on both, below the web

ROW = ".due-row"
TITLES = ".due-what a"


def test_the_queue_shows_overdue_first_then_never_then_what_is_due_soon(base: Base) -> None:
    page = base.page("author", "/desk/due")

    assert page.all("form h2") == ["Vencidos 1", "Nunca verificados 1", "Vencem em 30 dias 1"]
    assert page.all(TITLES) == ["Fibra dobrada", "Sem verificação", "Vence logo"]
    assert "Lia Líder, 10/01/2026" in page[ROW] or "10/01/2026" in page[ROW]
    assert "há 135 dias" in page[ROW]


def test_mine_are_my_own_and_those_of_nobody_here(base: Base) -> None:
    base.rewrite("da-casa", "Da casa", owner="kbwizard", verified_at="2026-01-01")

    assert base.page("author", "/desk/due?mine=1").all(TITLES) == [
        "Da casa",
        "Sem verificação",
        "Vence logo",
    ]
    assert base.page("lead", "/desk/due?mine=1").all(TITLES) == ["Da casa", "Fibra dobrada"]


def test_one_press_verifies_one_article_in_its_file(base: Base) -> None:
    page = base.page("lead", "/desk/due")
    button = page.find(f"{ROW} button")
    form = page.find(f"form#{button['form']}")

    after = base.post("lead", str(button["formaction"]), next=form.select("input")[1]["value"])

    article = base.article("vencido")
    assert (article.verified_by, article.verified_at) == ("lia.lider", TODAY)
    assert "1 artigo verificado" in after
    assert after.all(TITLES) == ["Sem verificação", "Vence logo"]
    assert [row["record"] for row in base.audited("article.verify")] == ["article:vencido"]


def test_verifying_from_the_article_comes_back_to_it(base: Base) -> None:
    after = base.post("author", "/desk/articles/nunca/verify")

    assert after["h1"] == "Sem verificação"
    assert "verificado por" in after


def test_what_stands_in_the_queue_can_be_verified_on_its_own_page(base: Base) -> None:
    buttons = {
        slug: base.page("author", f"/desk/articles/{slug}").has("form[action$='/verify']")
        for slug in ("vencido", "nunca", "logo")
    }
    after = base.post("author", "/desk/articles/logo/verify")

    assert buttons == {"vencido": True, "nunca": True, "logo": True}
    assert not after.has("form[action$='/verify']")


def test_the_queue_opens_at_the_article_and_not_at_its_verification(base: Base) -> None:
    focus = base.page("author", "/desk/due").find("[data-focus]")

    assert focus["href"] == "/desk/articles/vencido"


def test_several_are_verified_at_once_with_a_note_that_the_audit_keeps(base: Base) -> None:
    after = base.post("author", "/desk/due", slug=["vencido", "nunca"], note="Conferi com o N2")

    assert "2 artigos verificados" in after
    assert base.article("nunca").verified_by == "aldo.autor"
    assert base.article("vencido").due_on is not None
    rows = base.audited("article.verify")
    assert len(rows) == 2
    assert all("Conferi com o N2" in str(row["reason"]) for row in rows)


def test_what_cannot_be_verified_is_told_and_the_rest_is_done(base: Base) -> None:
    (base.settings.articles_dir / "senha.md").unlink()

    after = base.post("author", "/desk/due", slug=["senha", "nunca"], note="Li tudo")

    assert after.status == 422
    assert "Estes não foram verificados" in after
    assert "1 artigo verificado" in after
    assert after.find("#note")["value"] == "Li tudo"
    assert base.article("nunca").verified_at == TODAY


def test_nothing_ticked_is_told_and_nothing_is_done(base: Base) -> None:
    after = base.post("author", "/desk/due", note="")

    assert (after.status, "Marque ao menos um artigo" in after) == (422, True)


def test_enter_in_the_note_sends_what_is_ticked_and_never_one_row(base: Base) -> None:
    """A browser presses the first button that belongs to the note's own form."""
    page = base.page("author", "/desk/due")
    note_form = page.find("#note").find_parent("form")
    assert note_form is not None

    own = [one for one in note_form.select("button") if not one.has_attr("form")]

    assert [one.get_text(strip=True) for one in own] == ["Verificar os marcados"]


def test_an_empty_queue_says_why(base: Base) -> None:
    for slug in ("vencido", "nunca", "logo"):
        base.rewrite(slug, slug)

    assert "Tudo em dia" in base.page("author", "/desk/due")
    for slug in ("luzes", "nunca", "logo", "conduta", "vencido", "senha", "da-casa"):
        base.rewrite(slug, slug, owner="lia.lider")
    assert "Nenhum artigo é seu" in base.page("author", "/desk/due?mine=1")


def test_the_header_counts_what_waits_for_whoever_may_edit(base: Base) -> None:
    base.readership.rate(
        "da-casa", fingerprint="x", where="desk", helpful=False, reason="wrong", by="ana.agente"
    )

    assert base.page("author", "/account").find('.nav a[href="/desk/due"] .chip').contents[0] == "2"
    assert not base.page("agent", "/account").has('.nav a[href="/desk/due"]')


@pytest.mark.parametrize("role", ["agent", "n2", "n3", "trainee"])
def test_who_does_not_write_does_not_verify(base: Base, role: str) -> None:
    assert base.post(role, "/desk/articles/nunca/verify").status == 403
    assert base.post(role, "/desk/due", slug="nunca").status == 403
    assert base.article("nunca").verified_at is None


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/account/sign-out"])
def test_the_way_back_stays_within_the_site(base: Base, target: str) -> None:
    after = base.post("author", "/desk/articles/nunca/verify", next=target)

    assert after["h1"] == "Sem verificação"


def test_an_article_that_is_not_there_is_not_found(base: Base) -> None:
    assert base.post("author", "/desk/articles/nada/verify").status == 404

""" "Isto ajudou?" under an article, and the inbox of those who look after it."""

from __future__ import annotations

import re

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts.roles import Permission
from kbwizard.content.articles import Article
from kbwizard.errors import InvalidInput
from kbwizard.readership.feedback import masked_kinds
from kbwizard.readership.values import ANSWERED, DONE, DRAFT, OPEN
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, call_here, where_here
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.reading import readable
from kbwizard.web.kb.trust import blueprint, my_slugs, people_here, with_former
from kbwizard.web.security import require, signed_in

_FINGERPRINT = re.compile("[0-9a-f]{64}")
STATES = {OPEN: "Em aberto", DONE: "Respondidas", DRAFT: "Viraram rascunho"}


@blueprint.post("/articles/<slug>/feedback")
@require(Permission.READ_ARTICLES)
def rate(slug: str) -> AnyResponse:
    """Keep one person's opinion, and tell them what of their text was hidden."""
    here = call_here()
    article = readable(slug, audience_here(here))
    text, version = request.form.get("text", ""), request.form.get("fingerprint", "")
    kb_parts().readership.rate(
        slug,
        # The version that was read, which need not be the present one.
        fingerprint=version if _FINGERPRINT.fullmatch(version) else article.fingerprint,
        where=where_here(here),
        helpful=_helped(),
        reason=request.form.get("reason", ""),
        text=text,
        by=signed_in().name,
    )
    if htmx.wants_fragment():
        return htmx.render("", "trust/_feedback.html", article=article, masked=masked_kinds(text))
    return redirect(url_for("knowledge.article", slug=slug, _anchor="feedback"), 303)


@blueprint.get("/feedback")
@require(Permission.EDIT_CONTENT)
def inbox() -> str:
    """What readers said, oldest first while it waits; mine to look after, or everybody's."""
    kb, everybody = kb_parts(), bool(request.args.get("all"))
    asked = request.args.get("state", OPEN)
    chosen = asked if asked in STATES else OPEN
    mine = with_former(my_slugs())
    slugs = None if everybody else mine
    return render_template(
        "trust/feedback.html",
        entries=kb.readership.inbox(slugs=slugs, state=chosen),
        articles=_addresses(),
        people=people_here(),
        states=STATES,
        chosen=chosen,
        everybody=everybody,
        counts={"mine": kb.readership.waiting(slugs=mine), "all": kb.readership.waiting()},
    )


@blueprint.post("/feedback/<int:feedback_id>")
@require(Permission.EDIT_CONTENT)
def answer(feedback_id: int) -> AnyResponse:
    """Answer and close, or begin the draft that mends the article."""
    state = request.form.get("state", DONE)
    if state not in ANSWERED:
        raise InvalidInput("Diga se foi resolvido ou se virou rascunho.")
    said = kb_parts().readership.answer(
        feedback_id,
        by=signed_in().name,
        text=request.form.get("answer", ""),
        state=state,
        revision=request.form.get("revision", type=int),
    )
    article = _addresses().get(said.slug)
    if state == DRAFT and article is not None:
        draft = kb_parts().editing.begin(signed_in().name, slug=article.slug)
        return redirect(url_for("writing.draft", draft_id=draft.id), 303)
    everybody = request.form.get("all") or None
    return redirect(url_for("trust.inbox", all=everybody, closed=1), 303)


def _helped() -> bool:
    said = request.form.get("helpful", "")
    if said not in ("yes", "no"):
        raise InvalidInput("Diga se ajudou ou não.")
    return said == "yes"


def _addresses() -> dict[str, Article]:
    """The articles by every slug they have or had."""
    articles = kb_parts().live.articles()
    before = {old: one for one in articles.values() for old in one.own_addresses}
    return before | dict(articles)

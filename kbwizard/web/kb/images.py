"""Drawings of articles for who is signed in; those of drafts, for who writes."""

from __future__ import annotations

from flask import Response

from kbwizard.accounts.roles import Permission
from kbwizard.errors import NotFound
from kbwizard.web.article_images import image_response, send_image
from kbwizard.web.kb.knowledge import blueprint
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import may, require
from kbwizard.web.services import services

_ASK_AGAIN = "private, no-cache"
"""The same name may hold another drawing tomorrow: its ETag tells, and costs one short answer."""


@blueprint.get("/article-images/<name>")
@require(Permission.READ_ARTICLES)
def image(name: str) -> Response:
    """One drawing that the content has vouched for."""
    if name in kb_parts().live.library().images:
        return send_image(services().settings.articles_dir, name, cache=_ASK_AGAIN)
    if not may(Permission.EDIT_CONTENT):
        raise NotFound("Esta imagem não existe.")
    drawn = kb_parts().editing.image(name)
    return image_response(*drawn, cache=_ASK_AGAIN)

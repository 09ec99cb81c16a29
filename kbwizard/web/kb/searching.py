"""Search: as somebody types, and as a page with an address of its own."""

from __future__ import annotations

from flask import Response, request

from kbwizard.accounts.roles import Permission
from kbwizard.web import htmx
from kbwizard.web.kb.knowledge import audience_here, blueprint, call_here
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.security import require

LONGEST_QUERY = 200


@blueprint.get("/search")
@require(Permission.READ_ARTICLES)
def search() -> Response:
    """Articles and steps as the agent types; from within a call, steps can be jumped to."""
    query = request.args.get("q", "")[:LONGEST_QUERY]
    here = call_here()
    result = None
    if query.strip():
        result = kb_parts().find(
            query, audience=audience_here(here), as_you_type=htmx.wants_fragment()
        )
    return htmx.render(
        "kb/search.html",
        "kb/_search_results.html",
        query=query,
        result=result,
        protocol=here.protocol,
        jump=here.jump,
        walk=here.walk,
    )

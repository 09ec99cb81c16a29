"""What the editor shows: the text in one of two modes, what it looks like, what is wrong where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import url_for

from kbwizard.content.articlehead import INTERNAL
from kbwizard.content.articles import View
from kbwizard.content.topics import TOPICS
from kbwizard.editing.values import Draft
from kbwizard.errors import Problem, RequestError
from kbwizard.web.kb.parts import kb_parts
from kbwizard.web.kb.writing_form import Typed
from kbwizard.web.kb.writing_head import LISTS, TEXTS, Head, read_head, split
from kbwizard.wizard.model import Audience

READERS = {
    Audience.AGENT: "Atendente",
    Audience.CUSTOMER: "Cliente",
    Audience.TRAINEE: "Treinamento",
}
"""The tabs of the preview, in this order."""
IN_THE_FORM = (*TEXTS, *LISTS, "must_read")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A problem, and where it is on this screen: a field, and a line in it (0: the field)."""

    problem: Problem
    field: str
    line: int


@dataclass(frozen=True, slots=True)
class Editor:
    """One screen of the editor. `head` is None when the text is written as one piece."""

    draft: Draft
    mode: str
    see: str
    source: str
    head_text: str
    head: Head | None
    body: str
    form_possible: bool
    slug: str
    note: str
    major: bool
    revision: int
    refusal: RequestError | None
    saved: bool
    """This screen comes right after a saving."""
    topic_boxes: Sequence[str] = TOPICS

    @property
    def own_topics(self) -> list[str]:
        """Topics of the text that no box stands for: they stay, and are reported."""
        found = self.head.items("topics") if self.head else ()
        return [topic for topic in found if topic not in TOPICS]


def editor_of(
    draft: Draft,
    *,
    mode: str = "",
    see: str = "",
    typed: Typed | None = None,
    refusal: RequestError | None = None,
    saved: bool = False,
) -> Editor:
    """The screen of a draft, or of what was typed over it when that was refused."""
    source = draft.source if typed is None else typed.source
    head_text, body = split(source)
    head = read_head(head_text) if head_text else None
    as_form = head is not None and mode != "source"
    return Editor(
        draft=draft,
        mode="form" if as_form else "source",
        see=seen_by(see),
        source=source,
        head_text=head_text,
        head=head if as_form else None,
        body=body,
        form_possible=head is not None,
        slug=draft.slug if typed is None else typed.slug or draft.slug,
        note=draft.note if typed is None or typed.note is None else typed.note,
        major=draft.major if typed is None or typed.major is None else typed.major,
        revision=draft.revision if typed is None else typed.revision,
        refusal=refusal,
        saved=saved,
    )


def seen_by(word: str) -> Audience:
    """The audience of a tab; agents' for any other word."""
    return next((one for one in READERS if one == word), Audience.AGENT)


def shown_to(source: str, draft_id: int, see: str) -> dict[str, object]:
    """What the preview's template needs to show a text as one audience gets it."""
    audience = seen_by(see)
    view = kb_parts().editing.preview(source, audience)
    return {
        "readers": READERS,
        "audience": audience,
        "html": at_the_desk(view) if isinstance(view, View) else "",
        "broken": view if isinstance(view, list) else [],
        "meant": audience in readers_of(source),
        "draft_id": draft_id,
    }


def readers_of(source: str) -> tuple[Audience, ...]:
    """Whom a text is meant for, as far as its head can be read; else whoever may always read."""
    head = read_head(split(source)[0])
    words = head.items("audience") if head else INTERNAL
    return tuple(one for one in READERS if one in words)


def at_the_desk(view: View) -> str:
    """The view's page for who writes: pictures not published yet are shown, links open aside."""
    place = url_for("writing.image", name="")
    html = view.html.replace('src="/desk/article-images/', f'src="{place}')
    html = html.replace('src="/help/article-images/', f'src="{place}')
    return html.replace('<a href="/', '<a target="_blank" href="/')


def wrong_in(draft: Draft, mode: str) -> list[Wrong]:
    """The problems of what is saved, and where each is on the screen of that mode."""
    found = kb_parts().editing.problems(draft.id)
    head_text, _ = split(draft.source)
    head = read_head(head_text) if head_text else None
    if mode == "source" or head is None:
        return [Wrong(one, "source", one.line) for one in found]
    first = head_text.count("\n") + 1
    return [_placed(one, head, first) for one in found]


def _placed(problem: Problem, head: Head, first: int) -> Wrong:
    if problem.line >= first:
        return Wrong(problem, "body", problem.line - first + 1)
    if problem.rule == "file-name":
        return Wrong(problem, "slug", 0)
    key = head.key_at(problem.line) if problem.line else ""
    key = key or next((name for name in IN_THE_FORM if f'"{name}"' in problem.message), "")
    return Wrong(problem, key if key in IN_THE_FORM else "body", 0)

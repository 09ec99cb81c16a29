"""The editor's form as it was posted, and the text that it stands for."""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from kbwizard.web.kb.writing_head import LISTS, TEXTS, compose, divided

TOLD_ONE_BY_ONE = ("topics", "audience")
"""Lists that are boxes to tick in the form; the others are one field of words."""


@dataclass(frozen=True, slots=True)
class Typed:
    """What one sending of the form says. `person`: whose screen it was; may be empty."""

    source: str
    mode: str
    revision: int
    slug: str
    note: str | None
    major: bool | None
    person: str


def typed_in(form: MultiDict[str, str]) -> Typed:
    """The text of either mode: the whole of it, or the head's fields set into the head."""
    mode = "source" if "source" in form else "form"
    has_note = "note" in form
    return Typed(
        source=_plain(form["source"]) if mode == "source" else _composed(form),
        mode=mode,
        revision=form.get("revision", 0, type=int),
        slug=form.get("slug", "").strip(),
        note=form["note"] if has_note else None,
        major="major" in form if has_note else None,
        person=form.get("person", ""),
    )


def _composed(form: MultiDict[str, str]) -> str:
    fields: dict[str, str | list[str] | bool] = {key: form.get(key, "") for key in TEXTS}
    for key in LISTS:
        one_by_one = key in TOLD_ONE_BY_ONE
        fields[key] = form.getlist(key) if one_by_one else divided(key, form.get(key, ""))
    fields["must_read"] = "must_read" in form
    return compose(_plain(form.get("head", "")), fields, _plain(form.get("body", "")))


def _plain(text: str) -> str:
    """A browser ends lines its own way; a file of ours by `\\n`."""
    return text.replace("\r\n", "\n").replace("\r", "\n")

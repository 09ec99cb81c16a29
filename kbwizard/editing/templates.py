"""Skeletons that a new article begins from."""

from __future__ import annotations

from pathlib import Path

from kbwizard.editing.frontmatter import set_key
from kbwizard.errors import NotFound

FOLDER = Path(__file__).with_name("templates")
TEMPLATES = {
    "procedure": "Procedimento: passos em ordem",
    "symptom": "Sintoma: o que o cliente percebe, o que é e o que fazer",
    "question": "Pergunta: uma dúvida e sua resposta",
}
"""Names of the templates, with what they are for."""


def skeleton(template: str, *, title: str, owner: str) -> str:
    """The text of a new article. Raises `NotFound` for a template that is none."""
    name = template or "procedure"
    if name not in TEMPLATES:
        raise NotFound(f"Não existe o modelo {name[:40]!r}.")
    source = (FOLDER / f"{name}.md").read_text(encoding="utf-8")
    if title.strip():
        source = set_key(source, "title", title.strip()[:200])
    return set_key(source, "owner", owner)

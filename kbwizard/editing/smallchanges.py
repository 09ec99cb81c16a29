"""Changes of a line that need no second person: verification, another name, a synonym.

Each is a publication of its own, in the history and in git.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import SYNONYMS_FILE
from kbwizard.content.markdown_html import fold
from kbwizard.content.personal import find_personal
from kbwizard.db import reading
from kbwizard.editing.checking import (
    Content,
    approved,
    errors_in,
    problems_of,
    unsigned,
    verified,
)
from kbwizard.editing.folder import Folder
from kbwizard.editing.frontmatter import add_item
from kbwizard.editing.publishing import Deed
from kbwizard.editing.reviewing import Reviewing
from kbwizard.editing.texts import clean, fingerprint
from kbwizard.editing.values import SYNONYMS, Publication
from kbwizard.editing.versions import NewVersion, history
from kbwizard.errors import (
    Conflict,
    ContentError,
    Forbidden,
    InvalidInput,
    NotFound,
    Problem,
)
from kbwizard.search.synonyms import read_synonyms

LONGEST_ALIAS = 80


class SmallChanges:
    """What one click changes in the folder."""

    def __init__(
        self,
        engine: Engine,
        content: Content,
        folder: Folder,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        reviewing: Reviewing,
    ) -> None:
        self._engine = engine
        self._content = content
        self._folder = folder
        self._clock = clock
        self._zone = zone
        self._reviewing = reviewing

    def verify(self, slug: str, *, by: str, note: str = "") -> date:
        """Somebody answers for what the article says today; `note` says how they made sure.

        Raises `NotFound`, `ContentError`.
        """
        today = self._clock().astimezone(self._zone).date()

        def change(source: str) -> str:
            self._article(slug, source)
            return verified(source, by=by, today=today)

        said = f"Verificado: {note}" if note else "Verificado"
        self._change(slug, change, by=by, kind="verify", note=said)
        return today

    def approve_public(self, slug: str, *, by: str) -> date:
        """A second person lets customers have the article as it is.

        Raises `InvalidInput` for an article that is not marked for them, `Forbidden` for its owner
        and for who wrote in it since it was last public, `ContentError` with what is wrong for
        customers.
        """
        today = self._clock().astimezone(self._zone).date()

        def change(source: str) -> str:
            article = self._article(slug, source)
            if "customer" not in article.audience:
                raise InvalidInput(f"O artigo {slug} não está marcado para clientes.")
            if by in (article.owner, *self._writers(slug)):
                raise Forbidden("Quem responde pelo artigo, ou o escreveu, não pode aprová-lo.")
            errors = self._errors(slug, source)
            if errors:
                raise ContentError(errors)
            return approved(source, by=by, today=today)

        self._change(slug, change, by=by, kind="approve", note="Aprovado para clientes")
        return today

    def _writers(self, slug: str) -> set[str]:
        """Who wrote the latest text, and what came before it since customers last had one.

        A mere verification writes nothing, and so hides nobody.
        """
        with reading(self._engine) as db:
            known = history(db, slug)
        writers = set()
        for place, one in enumerate(known):
            if place and _is_public(one.source):
                break
            older = known[place + 1].source if place + 1 < len(known) else ""
            if unsigned(one.source) != unsigned(older):
                writers.add(one.by)
        return writers

    def add_alias(self, slug: str, alias: str, *, by: str) -> Publication | None:
        """Another way of asking for the article; None when it had it.

        Raises `InvalidInput`, `NotFound`, `ContentError` (a phone in it, for instance).
        """
        words = " ".join(alias.split())
        if not words or len(words) > LONGEST_ALIAS:
            raise InvalidInput(f"Escreva de 1 a {LONGEST_ALIAS} letras.", {"alias": "confira"})

        def change(source: str) -> str:
            article = self._article(slug, source)
            if fold(words) in map(fold, (article.title, *article.aliases)):
                return source
            changed = add_item(source, "aliases", words, items=article.aliases)
            self._refuse_worse(slug, source, changed)
            return changed

        return self._change(slug, change, by=by, kind="alias", note=f"Outro nome: {words}")

    def synonyms(self) -> str:
        """The installation's own list; empty while there is none."""
        return self._folder.text(SYNONYMS)

    def save_synonyms(self, source: str, *, by: str, base: str) -> Publication | None:
        """Put another list in place. `base`: the list it was made from, or its fingerprint.

        Raises `Conflict` when the list is another by now, `ContentError` with every bad line.
        """
        text = clean(source)
        _fit(text)

        def change(now: str) -> str:
            if base not in (now, fingerprint(now)):
                raise Conflict(
                    "A lista de sinônimos mudou depois que você a abriu. Copie o que digitou, "
                    "abra a lista de novo e junte."
                )
            return text

        return self._change(SYNONYMS, change, by=by, kind="synonyms", note="Sinônimos")

    def add_synonym(self, typed: str, meant: str, *, by: str) -> Publication | None:
        """One more line: who types the one also means the other. Raises as `save_synonyms`."""
        words = [" ".join(text.split()) for text in (typed, meant)]
        if not all(words) or any(mark in word for word in words for mark in "=#"):
            message = "Diga o que se digita e o que isso quer dizer, sem = nem #."
            raise InvalidInput(message, {"typed": message})
        line = f"{words[0]} = {words[1]}"

        def change(now: str) -> str:
            if line in now.split("\n"):
                return now
            changed = f"{now.rstrip()}\n{line}\n".lstrip("\n")
            _fit(changed)
            return changed

        return self._change(SYNONYMS, change, by=by, kind="synonyms", note=f"Sinônimo: {line}")

    def _change(
        self, slug: str, change: Callable[[str], str], *, by: str, kind: str, note: str
    ) -> Publication | None:
        """Publish what `change` makes of the file's text; None when that is the same text."""
        with self._folder.turn(self._engine):
            self._reviewing.publisher.heal()
            before = self._folder.text(slug)
            source = change(before)
            if source == before:
                return None
            if slug != SYNONYMS:
                article = self._article(slug, source)  # keys can be written beyond our mending
                if article.retired:
                    raise Conflict("Este artigo foi retirado: traga-o de volta antes.")
            new = NewVersion(slug, source, before, by, note=note)
            path = self._folder.article(slug).name
            deed = Deed(kind, by, {path: source.encode()}, (new,))
            done = self._reviewing.publisher.carry_out(deed)
            notice = self._reviewing.register(done, by=by, message=f"{slug}: {note}"[:100])
        self._content.reload()
        return Publication(slug, done.numbers[0], self._clock(), notice=notice)

    def _article(self, slug: str, source: str) -> Article:
        """Raises `NotFound`, or `ContentError` for a file that has no readable front matter."""
        if not source:
            raise NotFound(f"Não existe o artigo {slug[:80]!r}.")
        article = read_article(source, f"{self._folder.path.name}/{slug}.md")
        if isinstance(article, list):
            raise ContentError(article)
        return article

    def _refuse_worse(self, slug: str, before: str, after: str) -> None:
        """Raises `ContentError` with the errors that the change brought."""
        known = {(one.rule, one.message) for one in self._errors(slug, before)}
        fresh = [one for one in self._errors(slug, after) if (one.rule, one.message) not in known]
        if fresh or len(self._errors(slug, after)) > len(self._errors(slug, before)):
            raise ContentError(fresh or self._errors(slug, after))

    def _errors(self, slug: str, source: str) -> list[Problem]:
        return errors_in(
            problems_of(
                source,
                slug,
                instead_of=slug,
                library=self._content.library(),
                folder=self._folder,
                images=self._reviewing.images.names(),
            )
        )


def _is_public(source: str) -> bool:
    article = read_article(source, "articles/antes.md")
    return isinstance(article, Article) and article.public


def _fit(text: str) -> None:
    """Raises `ContentError` for lines that are no synonyms, `InvalidInput` for personal data."""
    read_synonyms(text, SYNONYMS_FILE)
    if find_personal(text):
        raise InvalidInput("A lista tem algo que parece dado pessoal. Tire-o e salve de novo.")

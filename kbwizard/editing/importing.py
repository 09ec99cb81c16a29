"""Takes in an archive: judged beside what is there, then put in place whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from pathlib import PurePath
from typing import Any, BinaryIO

from sqlalchemy import Engine

from kbwizard.content.addresses import rearranged
from kbwizard.content.articles import Article, read_article
from kbwizard.content.library import IMAGES, SYNONYMS_FILE, Library
from kbwizard.content.lint.articles import check_article, company_of
from kbwizard.editing.archive import MANIFEST, TOP, Archive, read_archive
from kbwizard.editing.checking import Content, unapproved
from kbwizard.editing.exporting import FORMAT, FORMAT_VERSION
from kbwizard.editing.folder import Folder
from kbwizard.editing.images import checked_picture
from kbwizard.editing.publishing import Deed
from kbwizard.editing.retiring import wrong_in_trees
from kbwizard.editing.reviewing import Reviewing
from kbwizard.editing.values import SYNONYMS, ImportReport
from kbwizard.editing.versions import NewVersion
from kbwizard.errors import ContentError, InvalidInput, NotFound, Problem, SetupError
from kbwizard.search.synonyms import read_synonyms
from kbwizard.wizard.model import Audience

NOTE = "Importado de um arquivo"


@dataclass
class Plan:
    """What an archive would change, and everything against it."""

    texts: dict[str, str] = field(default_factory=dict)
    """New text of each article that is new or different."""
    before: dict[str, str] = field(default_factory=dict)
    """What the folder has in its place; empty for new ones."""
    same: list[str] = field(default_factory=list)
    images: dict[str, bytes] = field(default_factory=dict)
    synonyms: str | None = None
    synonyms_before: str = ""
    unapproved: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def report(self, *, done: bool = False, notice: str = "") -> ImportReport:
        return ImportReport(
            problems=tuple(self.problems),
            added=tuple(slug for slug in self.texts if not self.before[slug]),
            changed=tuple(slug for slug in self.texts if self.before[slug]),
            same=tuple(self.same),
            images=tuple(self.images),
            synonyms=self.synonyms is not None,
            unapproved=tuple(self.unapproved),
            done=done,
            notice=notice,
        )


class Importing:
    """Archives of articles."""

    def __init__(
        self, engine: Engine, content: Content, folder: Folder, reviewing: Reviewing
    ) -> None:
        self._engine = engine
        self._content = content
        self._folder = folder
        self._reviewing = reviewing

    def check(self, stream: BinaryIO, *, trusted: bool) -> ImportReport:
        """What would be done, and every problem; writes nothing."""
        self._content.reload()
        return self._plan(read_archive(stream), trusted).report()

    def carry_out(self, stream: BinaryIO, *, by: str, trusted: bool) -> ImportReport:
        """Nothing is written when the report has errors. Raises `SetupError`, `Conflict`."""
        archive = read_archive(stream)
        with self._folder.turn(self._engine):
            self._reviewing.publisher.heal()
            self._content.reload()
            plan = self._plan(archive, trusted)
            deed = _deed(plan, by)
            if plan.report().errors or not deed.files:
                return plan.report(done=not plan.report().errors)
            done = self._reviewing.publisher.carry_out(deed)
            subject = f"Importa {len(plan.texts)} artigos e {len(plan.images)} imagens"
            notice = self._reviewing.register(done, by=by, message=subject)
        self._content.reload()
        return plan.report(done=True, notice=notice)

    def _plan(self, archive: Archive, trusted: bool) -> Plan:
        plan = Plan(problems=list(archive.problems))
        plan.problems += _against_manifest(archive)
        self._plan_images(archive, plan, trusted)
        self._plan_synonyms(archive, plan)
        for slug, text in sorted(archive.texts.items()):
            self._plan_article(slug, text, plan, trusted)
        if not trusted:
            self._unapprove_redrawn(plan)
        plan.problems += self._linted(plan, trusted)
        plan.problems.sort(key=lambda one: (one.severity != "error", one.file, one.line))
        return plan

    def _plan_images(self, archive: Archive, plan: Plan, trusted: bool) -> None:
        there = self._folder.images()
        for name, data in sorted(archive.images.items()):
            try:
                clean = checked_picture(data, name, as_it_is=trusted)
            except InvalidInput as error:
                plan.problems.append(Problem(f"{TOP}{IMAGES}/{name}", 0, "image", str(error)))
                continue
            file = self._folder.path / IMAGES / name
            if name not in there or file.read_bytes() not in (clean, data):
                plan.images[name] = clean

    def _plan_synonyms(self, archive: Archive, plan: Plan) -> None:
        now = self._folder.text(SYNONYMS)
        if archive.synonyms in (None, now):
            return
        assert archive.synonyms is not None
        try:
            read_synonyms(archive.synonyms, f"{TOP}{SYNONYMS_FILE}")
            plan.synonyms, plan.synonyms_before = archive.synonyms, now
        except ContentError as error:
            plan.problems += error.problems

    def _plan_article(self, slug: str, text: str, plan: Plan, trusted: bool) -> None:
        try:
            before = self._folder.text(slug)
        except (SetupError, NotFound) as error:
            plan.problems.append(Problem(f"{TOP}{slug}.md", 0, "file", str(error)))
            return
        wanted = text if trusted else unapproved(text)
        # The same but for an approval that we hold and the archive may not: nothing to do.
        if text == before or (not trusted and wanted == unapproved(before)):
            plan.same.append(slug)
            return
        article = read_article(text, f"{TOP}{slug}.md")
        if isinstance(article, Article) and "customer" in article.audience and not trusted:
            plan.unapproved.append(slug)
        elif isinstance(article, Article) and "customer" not in article.audience:
            wanted = text
        if not trusted and _has_approval(wanted, slug):
            message = "a aprovação está escrita de um jeito que não se consegue tirar"
            remedy = 'escreva "approved_by: nome" em uma linha sua, ou apague-a'
            plan.problems.append(Problem(f"{TOP}{slug}.md", 0, "not-approved", message, remedy))
        plan.texts[slug], plan.before[slug] = wanted, before

    def _unapprove_redrawn(self, plan: Plan) -> None:
        """A public page that gets another picture is not what was approved any more."""
        redrawn = plan.images.keys() & self._folder.images()
        for slug, article in sorted(self._content.library().articles.items()):
            shown = {name for name, _ in article.view(str(Audience.CUSTOMER)).images}
            if not article.public or slug in plan.texts or redrawn.isdisjoint(shown):
                continue
            plan.before[slug] = self._folder.text(slug)
            plan.texts[slug] = unapproved(plan.before[slug])
            plan.unapproved.append(slug)
            if slug in plan.same:
                plan.same.remove(slug)

    def _linted(self, plan: Plan, trusted: bool) -> Iterator[Problem]:
        """Problems of what comes, and those that its coming makes for what is there."""
        library = self._content.library()
        fresh: dict[str, Article] = {}
        for slug, text in plan.texts.items():
            article = read_article(text, f"{TOP}{slug}.md")
            if isinstance(article, list):
                yield from article
            else:
                fresh[slug] = article
        after = replace(
            rearranged(library, fresh.values()), images=library.images | plan.images.keys()
        )
        broken = {*_broken(library), *(plan.texts.keys() - fresh.keys())}
        company = company_of(after, broken)
        for article in fresh.values():
            for problem in check_article(article, company):
                if trusted or problem.rule != "not-approved":
                    yield problem
        yield from _made_worse(library, after, fresh)


def _made_worse(before: Library, after: Library, fresh: Mapping[str, Article]) -> Iterator[Problem]:
    """Errors of articles and trees that stay as they are, which the new ones bring about."""
    then, now = company_of(before, _broken(before)), company_of(after, _broken(before))
    touched = {slug for one in fresh.values() for slug in (one.slug, *one.formerly)}
    for slug, article in {**before.articles, **before.retired}.items():
        if slug in fresh or not (article.retired or _speaks_of(article, touched)):
            continue
        known = set(check_article(article, then))
        yield from (one for one in check_article(article, now) if one not in known)
    if any(one.retired for one in fresh.values()):
        told = {*wrong_in_trees(before)}
        yield from (one for one in wrong_in_trees(after) if one not in told)


def _has_approval(text: str, slug: str) -> bool:
    """Whether customers would read what is to be written: the loader's word, not ours."""
    article = read_article(text, f"{TOP}{slug}.md")
    return isinstance(article, Article) and article.public


def _speaks_of(article: Article, addresses: Collection[str]) -> bool:
    targets = {link[1] for view in article.views.values() for link in view.links}
    return not {*targets, *article.related, *article.formerly}.isdisjoint(addresses)


def _broken(library: Library) -> set[str]:
    return {PurePath(one.file).stem for one in library.problems if one.file.endswith(".md")}


def _deed(plan: Plan, by: str) -> Deed:
    files: dict[str, bytes | None] = {
        f"{IMAGES}/{name}": data for name, data in plan.images.items()
    }
    versions = [
        NewVersion(slug, text, plan.before[slug], by, origin="import", note=NOTE)
        for slug, text in plan.texts.items()
    ]
    files |= {f"{slug}.md": text.encode() for slug, text in plan.texts.items()}
    if plan.synonyms is not None:
        files[SYNONYMS_FILE] = plan.synonyms.encode()
        now = plan.synonyms_before
        versions.append(NewVersion(SYNONYMS, plan.synonyms, now, by, origin="import", note=NOTE))
    return Deed("import", by, files, versions)


def _against_manifest(archive: Archive) -> Iterator[Problem]:
    """What the archive says of itself and is not so. An archive made by hand has no manifest."""
    if not archive.manifest:
        return
    told = _manifest(archive.manifest)
    if told is None:
        yield Problem(MANIFEST, 0, "archive", "o manifesto não serve", "apague-o do zip")
        return
    read = {f"{TOP}{IMAGES}/{name}": data for name, data in archive.images.items()}
    refused = {one.file for one in archive.problems}
    names = {f"{TOP}{slug}.md" for slug in archive.texts} | read.keys() | refused
    if archive.synonyms is not None:
        names.add(f"{TOP}{SYNONYMS_FILE}")
    for name in sorted(told.keys() - names):
        yield Problem(name[:120], 0, "archive", "falta no zip", "exporte de novo")
    for name, data in read.items():
        if told.get(name, "") not in ("", sha256(data).hexdigest()):
            message = "não é o que foi exportado"
            yield Problem(name, 0, "archive", message, "confira a imagem", "warning")


def _manifest(text: str) -> dict[str, str] | None:
    """Name to fingerprint; None for what is no manifest of ours, or of a later format."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        return None
    files = found.get("files")
    if found.get("version") != FORMAT_VERSION or not isinstance(files, dict):
        return None
    return {str(name): str(mark) for name, mark in files.items()}

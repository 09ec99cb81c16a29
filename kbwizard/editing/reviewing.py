"""From a finished draft to the published file: review by another person, schedule, conflicts."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from kbwizard.accounts.people import find_user
from kbwizard.db import writing
from kbwizard.editing import git
from kbwizard.editing.checking import Content, errors_in, problems_of, signed
from kbwizard.editing.drafts import CHANGED, Act, Drafts, Saving
from kbwizard.editing.folder import IMAGES, Folder
from kbwizard.editing.imagestore import ImageStore
from kbwizard.editing.merge import merge
from kbwizard.editing.publishing import Deed, Done, Publisher
from kbwizard.editing.retiring import is_retired
from kbwizard.editing.texts import fingerprint
from kbwizard.editing.values import Clash, Clashes, Draft, Publication
from kbwizard.editing.versions import NewVersion, note_file
from kbwizard.errors import Conflict, ContentError, Forbidden, InvalidInput, Problem, SetupError

MOVED = (
    "O artigo mudou depois que este rascunho começou. Nada foi publicado: "
    "abra o rascunho e junte as duas versões."
)
log = logging.getLogger(__name__)


class Reviewing:
    """What happens to a draft between its writer and the folder."""

    def __init__(
        self,
        engine: Engine,
        content: Content,
        folder: Folder,
        clock: Callable[[], datetime],
        zone: ZoneInfo,
    ) -> None:
        self._engine = engine
        self._content = content
        self._folder = folder
        self._clock = clock
        self._zone = zone
        self.drafts = Drafts(engine, clock)
        self.images = ImageStore(engine, folder, clock)
        self.publisher = Publisher(engine, folder, clock)

    def problems(self, draft: Draft) -> list[Problem]:
        """Everything wrong with the draft as it is; empty addresses and conflict marks too."""
        return self._problems(draft, draft.source)

    def send(self, draft_id: int, *, by: str) -> Draft:
        """To review, with what was asked of it last time.

        Raises `ContentError` with what is wrong, `Clashes` when the file moved.
        """
        self._content.reload()
        draft = self.drafts.get(draft_id)
        self._refuse_clash(draft)
        self._refuse(self.problems(draft))
        act = Act(by, "draft.send")
        return self.drafts.move(draft_id, ("writing", "returned"), "review", act=act)

    def give_back(self, draft_id: int, *, by: str, note: str) -> Draft:
        """To its writer, with what has to change. Raises `InvalidInput` without that."""
        if not note.strip():
            message = "Diga o que precisa mudar, para quem escreveu saber."
            raise InvalidInput(message, {"note": message})
        said = note.strip()[:1000]
        return self.drafts.move(
            draft_id, ("review", "scheduled"), "returned", act=Act(by, "draft.give_back", said),
            reviewer=by, review_note=said, publish_at=None,
        )  # fmt: skip

    def approve(
        self, draft_id: int, *, by: str, publish_at: datetime | None, revision: int | None
    ) -> Publication:
        """Publish, now or at a moment to come.

        Raises `Forbidden` for who wrote in it, `Conflict` when it is not as the reviewer saw it,
        `Clashes` when the file moved, `ContentError` with what is wrong.
        """
        draft = self.drafts.get(draft_id)
        if draft.state != "review":
            raise Conflict("Este rascunho não está em revisão: talvez já tenha sido publicado.")
        if revision is not None and revision != draft.revision:
            raise Conflict(CHANGED)
        if by in draft.writers:
            raise Forbidden("Você escreveu neste rascunho: outra pessoa precisa aprovar.")
        self._content.reload()
        if publish_at is not None and publish_at > self._clock():
            self._judge(draft, by)
            self.drafts.move(
                draft_id, ("review",), "scheduled", revision=draft.revision,
                reviewer=by, review_note="", publish_at=publish_at,
            )  # fmt: skip
            return Publication(draft.slug, 0, publish_at, scheduled=True)
        return self._publish(draft, by)

    def publish_due(self) -> list[str]:
        """Publish what was approved for a moment that has come; the addresses.

        What cannot be published any more goes back to review with the reason. What the disk
        refuses stays for the next time.
        """
        now = self._clock()
        due = [
            one for one in self.drafts.listed(["scheduled"])
            if one.publish_at is not None and one.publish_at <= now
        ]  # fmt: skip
        if due:
            self._content.reload()
        return [slug for draft in reversed(due) if (slug := self._publish_one(draft))]

    def _publish_one(self, draft: Draft) -> str:
        try:
            return self._publish(draft, draft.reviewer).slug
        except (Clashes, ContentError, Forbidden) as error:
            self._back_to_review(draft, str(error))
        except Conflict:
            log.info("artigos: o rascunho %d já foi tratado por outro processo", draft.id)
        except SetupError as error:
            log.warning("artigos: %s não foi publicado na hora marcada: %s", draft.slug, error)
        return ""

    def _back_to_review(self, draft: Draft, why: str) -> None:
        note = f"Não foi publicado na hora marcada. {why}"[:1000]
        try:
            self.drafts.move(
                draft.id, ("scheduled",), "review",
                reviewer="", review_note=note, publish_at=None,
            )  # fmt: skip
        except Conflict:
            log.info("artigos: o rascunho %d saiu da fila enquanto isso", draft.id)

    def conflict(self, draft: Draft) -> Clash | None:
        """Both sides, when the file is not what the draft began from; None: it is."""
        if not draft.article:
            return None
        base = self.drafts.base_source(draft.id)
        theirs = self._folder.text(self._address_now(draft))
        if theirs in (base, draft.source):
            return None
        merged = merge(base, draft.source, theirs)
        return Clash(
            base=base, theirs=theirs, mine=draft.source, merged=merged.text,
            open_marks=merged.open_marks, theirs_fingerprint=fingerprint(theirs),
        )  # fmt: skip

    def settle(self, draft: Draft, saving: Saving, *, by: str, theirs: str) -> Draft:
        """Go on from the file as it is now. Raises `Clashes` when that is not `theirs` any more."""
        article = self._address_now(draft)
        now = self._folder.text(article) if article else ""
        clash = self.conflict(draft)
        if theirs and clash is not None and theirs != fingerprint(now):
            raise Clashes("O artigo mudou de novo. Junte as versões outra vez.", clash)
        return self.drafts.rebase(draft.id, saving, by=by, base_source=now, article=article)

    def _address_now(self, draft: Draft) -> str:
        """Where the draft's article is, when somebody else gave it another address meanwhile."""
        if not draft.article or self._folder.article(draft.article).exists():
            return draft.article
        heirs = [
            one.slug
            for one in self._content.library().articles.values()
            if draft.article in one.formerly and self._folder.article(one.slug).exists()
        ]
        return heirs[0] if heirs else draft.article

    def _publish(self, draft: Draft, approver: str) -> Publication:
        judged = draft
        with self._folder.turn(self._engine):
            self.publisher.heal()
            self._content.reload()  # what was published while this one waited for its turn
            draft = self.drafts.get(draft.id)
            if draft.state != judged.state:
                raise Conflict("Este rascunho já foi publicado ou voltou para a escrita.")
            if draft.revision != judged.revision:  # out of review, written in, and sent again
                raise Conflict(CHANGED)
            self._note_hand_edit(draft)
            deed = self._deed(draft, self._judge(draft, approver), approver)
            done = self.publisher.carry_out(deed)
            notice = self.register(done, by=draft.author, message=_message(draft, approver))
        self._content.reload()
        return Publication(draft.slug, done.numbers[0], self._clock(), notice=notice)

    def register(self, done: Done, *, by: str, message: str) -> str:
        """Commit to git in the name of who wrote it; what went wrong, for the person."""
        user = find_user(self._engine, by)
        name = user.full_name if user else by
        notice = git.commit(self._folder.path, done.paths, by=by, name=name, message=message)
        if notice:
            log.warning("artigos: %s", notice)
            self.publisher.note(done.id, notice)
        return notice

    def _judge(self, draft: Draft, approver: str) -> str:
        """The text as it is to be published. Raises what stands in its way."""
        self._refuse_clash(draft)
        self._refuse(self.problems(draft))
        renamed = draft.article if draft.article != draft.slug else ""
        text = signed(
            draft.source, draft.slug, approver=approver, owner=draft.author,
            today=self._clock().astimezone(self._zone).date(), major=draft.major, formerly=renamed,
            retires=is_retired(draft.source) and not is_retired(self.drafts.base_source(draft.id)),
        )  # fmt: skip
        self._refuse(self._problems(draft, text, published=True))
        return text

    def _deed(self, draft: Draft, text: str, approver: str) -> Deed:
        files: dict[str, bytes | None] = {
            f"{IMAGES}/{name}": data for name, data in self.images.missing(text).items()
        }
        files[self._folder.article(draft.slug).name] = text.encode()
        renamed = bool(draft.article) and draft.article != draft.slug
        if renamed:
            files[self._folder.article(draft.article).name] = None
        version = NewVersion(
            slug=draft.slug,
            source=text,
            before=self._folder.text(draft.article) if draft.article else "",
            by=draft.author,
            approved_by=approver,
            note=draft.note,
            major=draft.major,
            came_from=draft.article if renamed else "",
        )
        return Deed("draft", draft.author, files, (version,), draft)

    def _problems(self, draft: Draft, source: str, *, published: bool = False) -> list[Problem]:
        return problems_of(
            source,
            draft.slug,
            instead_of=draft.article,
            library=self._content.library(),
            folder=self._folder,
            images=self.images.names(),
            published=published,
        )

    def _note_hand_edit(self, draft: Draft) -> None:
        """In the folder's turn: the history has the other text even when nothing comes of ours."""
        now = self._folder.text(draft.article) if draft.article else ""
        if now not in ("", self.drafts.base_source(draft.id)):
            with writing(self._engine) as db:
                note_file(db, draft.article, now, self._clock())

    def _refuse_clash(self, draft: Draft) -> None:
        clash = self.conflict(draft)
        if clash is not None:
            raise Clashes(MOVED, clash)

    def _refuse(self, problems: list[Problem]) -> None:
        errors = errors_in(problems)
        if errors:
            raise ContentError(errors)


def _message(draft: Draft, approver: str) -> str:
    """What git is told: the first line is what changed, then who answers for it."""
    said = " ".join((draft.note or draft.title).split())  # one line: what follows is ours
    subject = f"{draft.slug}: {said}"[:100]
    return f"{subject}\n\nEscrito por {', '.join(draft.writers)}; aprovado por {approver}."

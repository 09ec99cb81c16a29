"""Notes between trainee and tutor, as their screens show them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kbwizard.accounts.roles import Permission
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.training.service import Attempt
from kbwizard.web.security import may, signed_in
from kbwizard.web.study.parts import own_attempt, training

LONGEST = 2000


def notes_shown(
    who: str,
    attempt: Attempt | None = None,
    *,
    typed: Mapping[str, str] | None = None,
    problems: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """What `study/_notes.html` needs: everything written about somebody, or about one try."""
    notes = [
        note for note in training().notes(who) if attempt is None or note.attempt_id == attempt.id
    ]
    return {
        "notes": notes,
        "about": who,
        "attempt": attempt,
        "typed": typed or {},
        "problems": problems or {},
    }


def keep_note(who: str, form: Mapping[str, str]) -> None:
    """Keep what somebody wrote to a trainee, or a trainee to their tutors.

    Raises `NotFound` for somebody else's notes, `InvalidInput` for no text or too much.
    """
    me = signed_in().name
    if who != me and not may(Permission.TUTOR):
        raise NotFound("Esta pessoa não existe, ou não é você.")
    text = form.get("text", "").strip()
    if not text or len(text) > LONGEST:
        problem = f"Escreva de 1 a {LONGEST} letras."
        raise InvalidInput("O recado não foi enviado.", {"text": problem})
    training().note(who, by=me, text=text, attempt_id=_attempt_of(who, form))


def _attempt_of(who: str, form: Mapping[str, str]) -> int | None:
    text = form.get("attempt_id", "")
    if not text.isdecimal():
        return None
    attempt = own_attempt(int(text[:18]))
    return attempt.id if attempt.who == who else None

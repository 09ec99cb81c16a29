"""Training as the screens see it: exercises, tries, the coach, reviews, quizzes, progress."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import randbelow

from kbwizard.training.attempts import ORDER, RECORD, Attempts
from kbwizard.training.attempts import Attempt as Attempt
from kbwizard.training.coach import Coach
from kbwizard.training.customer import VirtualCustomer
from kbwizard.training.exercise import Exercise
from kbwizard.training.finishing import Finishing
from kbwizard.training.floor import Floor
from kbwizard.training.leases import Leases
from kbwizard.training.marks import Mark, Marks
from kbwizard.training.progress import Doings, Progress, Tutoring, TutorNote, progress_of
from kbwizard.training.questions import topics_of
from kbwizard.training.quizzes import Quiz, QuizResult, Quizzes
from kbwizard.training.review import Review
from kbwizard.training.shelf import Shelf
from kbwizard.training.stage import Stage
from kbwizard.training.tracks import Track, tracks
from kbwizard.training.tries import Tries
from kbwizard.walks.service import Standing
from kbwizard.wizard.facts import Registry

SEEDS = 1_000_000


class Training:
    """The only door to training. Opens no connection and starts no thread."""

    def __init__(self, floor: Floor) -> None:
        self.floor = floor
        self.shelf = Shelf(floor.engine, lambda: floor.bundle().registry, floor.clock)
        self.marks = Marks(floor.engine, floor.clock)
        self._attempts = Attempts(floor.engine, floor.clock)
        self._tries = Tries(
            floor, self._attempts, Leases(floor.engine, floor.clock), Stage(floor), self.marks
        )
        self._finishing = Finishing(self._tries)
        self._quizzes = Quizzes(floor.engine, floor.clock)
        self._tutoring = Tutoring(floor.engine, floor.clock)
        floor.walks.does = self._tries.hands

    # Exercises and tries --------------------------------------------------------------------

    def exercises(self) -> list[Exercise]:
        """The easiest first."""
        return list(self.shelf.all())

    def exercise(self, exercise_id: str) -> Exercise:
        """Raises `NotFound`."""
        return self.shelf.get(exercise_id)

    def begin(self, exercise_id: str, *, who: str, seed: int | None = None) -> Attempt:
        """Begin a try: a line is lent and set up, the case is open.

        Raises `Conflict` when no line is free, `SetupError` without a lab.
        """
        exercise = self.shelf.get(exercise_id)
        return self._tries.begin(exercise, who=who, seed=randbelow(SEEDS) if seed is None else seed)

    def attempt(self, attempt_id: int) -> Attempt:
        """Raises `NotFound`."""
        return self._attempts.get(attempt_id)

    def attempt_of(self, protocol: str) -> Attempt | None:
        return self._attempts.of_protocol(protocol)

    def attempts_of(self, who: str) -> list[Attempt]:
        """The newest first."""
        return self._attempts.of(who)

    def customer_of(self, attempt: Attempt, registry: Registry) -> VirtualCustomer:
        """Who is on the phone in this try."""
        return self._tries.customer(attempt, registry)

    # In the call ----------------------------------------------------------------------------

    def coach(self, attempt: Attempt, standing: Standing) -> Coach:
        """What the margin shows now."""
        return self._tries.coach(attempt, standing)

    def check_deed(self, attempt: Attempt, *, visit: int | None) -> None:
        """Whether the call may go on now. Raises `Conflict`."""
        self._tries.check_deed(attempt, visit=visit)

    def choose(self, attempt_id: int, *, visit: int, option: str) -> None:
        """The first choice of a visit counts. Raises `StaleForm`, `InvalidInput`."""
        self._tries.choose(self._attempts.get(attempt_id), visit=visit, option=option)

    def hint(self, attempt_id: int, *, visit: int) -> str:
        """The next hint of a visit; it costs points."""
        return self._tries.hint(self._attempts.get(attempt_id), visit=visit)

    def ask(self, attempt_id: int, *, visit: int) -> str:
        """What the customer says to the question of this step."""
        return self._tries.ask(self._attempts.get(attempt_id), visit=visit)

    def write_record(self, attempt_id: int, fields: Mapping[str, str]) -> None:
        """Keep what the trainee writes as the record; drafts too."""
        self._attempts.write(attempt_id, RECORD, fields)

    def write_order(self, attempt_id: int, fields: Mapping[str, str]) -> None:
        """Keep what the trainee writes as the work order; drafts too."""
        self._attempts.write(attempt_id, ORDER, fields)

    def written(self, attempt_id: int) -> tuple[dict[str, str], dict[str, str]]:
        """Record and order as written so far."""
        return self._attempts.written(attempt_id, RECORD), self._attempts.written(attempt_id, ORDER)

    def finish(self, attempt_id: int) -> Review:
        """Grade the try, keep its review, give the line back. Raises `Conflict` the second time."""
        return self._finishing.finish(self._attempts.get(attempt_id))

    def review(self, attempt_id: int) -> Review:
        """Raises `NotFound` while the try is not finished."""
        return self._finishing.review(self._attempts.get(attempt_id))

    # Quizzes --------------------------------------------------------------------------------

    def quiz_topics(self) -> tuple[str, ...]:
        return topics_of(self.floor.bundle())

    def quiz(self, *, who: str, topic: str = "", seed: int | None = None) -> Quiz:
        """Draw a quiz about a topic; empty: about anything. Raises `InvalidInput`."""
        return self._quizzes.draw(
            self.floor.bundle(),
            self.floor.articles(),
            who=who,
            topic=topic,
            seed=randbelow(SEEDS) if seed is None else seed,
        )

    def find_quiz(self, quiz_id: int) -> Quiz:
        """Raises `NotFound`."""
        return self._quizzes.get(quiz_id)

    def answer_quiz(self, quiz_id: int, answers: Mapping[str, str]) -> QuizResult:
        """Grade a quiz, once: question id to one of its options."""
        return self._quizzes.answer(quiz_id, answers, pass_mark=self.marks.value("quiz_pass"))

    def answer_question(self, quiz_id: int, question: str, option: str) -> Quiz:
        """Answer one question of a quiz: the first answer counts, the last one grades it."""
        mark = self.marks.value("quiz_pass")
        return self._quizzes.answer_one(quiz_id, question, option, pass_mark=mark)

    def quiz_result(self, quiz_id: int) -> QuizResult:
        """Raises `NotFound` while it is not answered."""
        return self._quizzes.result(quiz_id, pass_mark=self.marks.value("quiz_pass"))

    # Progress -------------------------------------------------------------------------------

    def tracks(self) -> list[Track]:
        return list(tracks())

    def progress(self, who: str) -> Progress:
        """Track by track, with what has to be done again because content changed."""
        bundle, articles = self.floor.bundle(), self.floor.articles()
        doings = Doings(
            who=who,
            attempts=self._attempts.of(who),
            quizzes=self._quizzes.of(who),
            readings=self._tutoring.readings(who),
            is_stale=lambda attempt: self._finishing.is_stale(attempt, bundle, articles),
            notes=self._tutoring.notes(who),
        )
        return progress_of(doings, tracks(), self.exercises(), articles)

    def everybody(self) -> list[Progress]:
        """The progress of all who ever tried something, by name."""
        return [self.progress(who) for who in self._attempts.people()]

    def note(self, who: str, *, by: str, text: str, attempt_id: int | None = None) -> None:
        """A tutor writes to a trainee. Raises `InvalidInput`."""
        self._tutoring.note(who, by=by, text=text, attempt_id=attempt_id)

    def notes(self, who: str) -> list[TutorNote]:
        return self._tutoring.notes(who)

    def acknowledge(self, who: str, article: str) -> None:
        """ "Li e estou ciente" of an article. Raises `NotFound`."""
        self._tutoring.acknowledge(who, article, self.floor.articles())

    # Settings -------------------------------------------------------------------------------

    def pass_marks(self) -> tuple[Mark, ...]:
        return self.marks.all()

    def set_pass_mark(self, key: str, value: int, *, by: str) -> None:
        """Raises `InvalidInput`."""
        self.marks.change(key, value, by=by)

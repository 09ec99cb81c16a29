"""Ends a try: grades it, keeps the review, gives the line back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbwizard.content.articles import Article
from kbwizard.errors import NotFound
from kbwizard.training.attempts import ORDER, RECORD, Attempt
from kbwizard.training.freshness import fingerprint
from kbwizard.training.grading import Work, grade
from kbwizard.training.marks import MARKS
from kbwizard.training.review import Review, review_from_json, review_to_json
from kbwizard.training.solver import Solution, solve
from kbwizard.training.tries import Tries
from kbwizard.training.written import Happened
from kbwizard.walks.service import Standing
from kbwizard.wizard.events import Acted, Confirmed, Read
from kbwizard.wizard.facts import Scalar, Unavailable
from kbwizard.wizard.model import Bundle, Instruction


@dataclass(frozen=True, slots=True)
class Finishing:
    """Grades tries and keeps their reviews."""

    tries: Tries

    def finish(self, attempt: Attempt) -> Review:
        """Raises `Conflict` when it was finished before."""
        work = self._work(attempt)
        review = grade(work)
        steps = [(step.tree, step.node) for step in (*review.steps, *review.good_way)]
        bundle = work.happened.standing.bundle
        self.tries.attempts.finish(
            attempt.id,
            points=review.points,
            passed=review.passed,
            content=fingerprint(bundle, steps, work.articles, attempt.exercise.article),
            review=review_to_json(review),
        )
        self.tries.end(attempt)
        return review

    def review(self, attempt: Attempt) -> Review:
        """Raises `NotFound` while it is not finished."""
        kept = self.tries.attempts.review(attempt.id)
        if not kept:
            raise NotFound("Este exercício ainda não terminou.")
        return review_from_json(kept)

    def is_stale(self, attempt: Attempt, bundle: Bundle, articles: Mapping[str, Article]) -> bool:
        """Whether what it went through has changed since: it is to be done again."""
        kept = self.tries.attempts.review(attempt.id)
        if not kept:
            return False
        steps = [(one["tree"], one["node"]) for one in (*kept["steps"], *kept["good_way"])]
        now = fingerprint(bundle, steps, articles, attempt.exercise.article)
        return now != attempt.content

    def solution(self, attempt: Attempt, standing: Standing) -> Solution:
        """The good way, by the trees the try was pinned to and its own truth."""
        customer = self.tries.customer(attempt, standing.bundle.registry)
        truth = {**self.tries.attempts.truth(attempt.id), **seen_first(standing)}
        return solve(standing.bundle, attempt.exercise, customer, truth, attempt.started_at)

    def _work(self, attempt: Attempt) -> Work:
        tries = self.tries
        floor, attempts = tries.floor, tries.attempts
        standing = tries.standing(attempt)
        case = floor.cases.get(attempt.protocol)
        happened = Happened(
            standing=standing,
            case=case,
            orders=floor.cases.orders(case.id or 0),
            customer=tries.customer(attempt, standing.bundle.registry),
            zone=floor.zone,
            today=attempt.started_at.astimezone(floor.zone).date(),
        )
        return Work(
            attempt=attempt,
            happened=happened,
            solution=self.solution(attempt, standing),
            choices=attempts.choices(attempt.id),
            record=attempts.written(attempt.id, RECORD),
            order=attempts.written(attempt.id, ORDER),
            articles=floor.articles(),
            marks={key: tries.marks.value(key) for key in MARKS},
            now=floor.clock(),
        )


def seen_first(standing: Standing) -> dict[str, Scalar | Unavailable]:
    """What the call itself read before anything was done at the line: what there was to decide on.

    A line that comes and goes may have read otherwise a moment before.
    """
    seen: dict[str, Scalar | Unavailable] = {}
    for event in standing.events:
        if isinstance(event, Acted | Confirmed):
            visit = next((one for one in standing.position.path if one.number == event.visit), None)
            node = standing.bundle.node(visit.tree, visit.node) if visit is not None else None
            if isinstance(event, Acted) or (isinstance(node, Instruction) and node.changes):
                break
        if isinstance(event, Read):
            for reading in event.readings:
                seen.setdefault(reading.fact, reading.value)
    return seen

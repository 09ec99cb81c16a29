"""Every shipped exercise, walked on the live lab by a perfect trainee: the end, and all points."""

from __future__ import annotations

import pytest

from kbwizard.training.shelf import FOLDER, load_exercises
from tests.training.conftest import School
from tests.training.trainee import Trainee
from tests.training.writing import write_well

EXERCISES = sorted(path.stem for path in FOLDER.glob("*.yaml"))


def test_there_are_enough_of_every_kind() -> None:
    exercises, problems = load_exercises(FOLDER, None)

    assert problems == []
    assert len(exercises) >= 15
    assert {one.level for one in exercises.values()} == {1, 2, 3, 4, 5}


@pytest.mark.parametrize("name", EXERCISES)
def test_a_perfect_trainee_reaches_the_end_with_all_points(school: School, name: str) -> None:
    trainee = Trainee(school)
    attempt = trainee.begin(name)
    standing = trainee.walk(attempt)
    write_well(school, attempt, standing)

    review = school.parts.training.finish(attempt.id)

    wrong = [check for check in (*review.record, *review.order) if not check.ok]
    assert wrong == []
    assert (review.points, review.outcome_right, review.passed) == (100, True, True)
    assert (review.missed, review.unneeded, review.misheard) == ((), (), ())

"""Quizzes, tracks, progress, notes and pass marks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.training.questions import KINDS, draw, topics_of
from kbwizard.training.tracks import tracks
from tests.training.conftest import School
from tests.training.trainee import Trainee
from tests.training.walked_cases import library
from tests.training.writing import write_well


def test_the_same_seed_draws_the_same_quiz_and_another_another() -> None:
    content = library()

    def quiz(seed: int) -> object:
        return draw(content.bundle, content.articles, topic="fibra-los", seed=seed, count=10)

    assert quiz(1) == quiz(1)
    assert quiz(1) != quiz(2)


@pytest.mark.parametrize("topic", ["", *topics_of(library().bundle)])
def test_every_question_has_one_right_answer_among_its_options(topic: str) -> None:
    content = library()

    questions = draw(content.bundle, content.articles, topic=topic, seed=3, count=10)

    assert len(questions) == 10
    for one in questions:
        assert one.kind in KINDS
        assert one.right in one.options
        assert 2 <= len(set(one.options)) == len(one.options) <= 4
        assert one.explanation
        assert one.text


def test_a_quiz_is_answered_once_and_passes_at_its_mark(school: School) -> None:
    training = school.parts.training
    quiz = training.quiz(who="quita", topic="fibra-los", seed=4)
    right = {one.id: one.right for one in quiz.questions}
    missed = {one: next(o for o in quiz.questions[int(one[1:]) - 1].options if o != told)
              for one, told in list(right.items())[:2]}  # fmt: skip

    with pytest.raises(InvalidInput):
        training.answer_quiz(quiz.id, {})
    result = training.answer_quiz(quiz.id, {**right, **missed})

    assert (result.points, result.passed, result.pass_mark) == (80, True, 80)
    assert sum(not one.right for one in result.answers) == 2
    with pytest.raises(Conflict):
        training.answer_quiz(quiz.id, right)


def test_tracks_name_articles_and_topics_that_exist() -> None:
    content = library()

    for track in tracks():
        assert [slug for slug in track.articles if slug not in content.articles] == []
        assert [topic for topic in track.quizzes if topic not in topics_of(content.bundle)] == []
    assert [track.week for track in tracks()] == [1, 2, 3, 4]


def test_progress_counts_what_was_passed_read_and_answered(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school, "paula")
    attempt = trainee.begin("fora-de-casa")
    write_well(school, attempt, trainee.walk(attempt))
    training.finish(attempt.id)
    training.acknowledge("paula", "luzes-da-onu")
    training.note("paula", by="lia.lider", text="Bom começo.", attempt_id=attempt.id)

    progress = training.progress("paula")

    weeks = {one.track.week: one for one in progress.tracks}
    assert [one.passed for one in weeks[2].exercises if one.exercise.id == "fora-de-casa"] == [True]
    assert [one.slug for one in weeks[1].articles if one.read] == ["luzes-da-onu"]
    assert [note.text for note in progress.notes] == ["Bom começo."]
    assert "paula" in [one.who for one in training.everybody()]
    assert 0 < progress.percent < 100


def test_a_changed_step_or_article_asks_for_it_again(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school, "renova")
    attempt = trainee.begin("fora-de-casa")
    write_well(school, attempt, trainee.walk(attempt))
    training.finish(attempt.id)
    training.acknowledge("renova", "luzes-da-onu")
    floor, bundle = training.floor, training.floor.bundle()
    tree = bundle.trees["pre-atendimento"]
    node = tree.nodes["local"]
    changed = replace(node, texts=replace(node.texts, agent="Outra pergunta?"))
    trees = {**bundle.trees, tree.name: replace(tree, nodes={**tree.nodes, "local": changed})}
    articles = dict(floor.articles())
    articles["luzes-da-onu"] = replace(articles["luzes-da-onu"], summary="Mudou.")
    assert training.progress("renova").to_do_again == ()

    training.floor = replace(
        floor, bundle=lambda: replace(bundle, trees=trees), articles=lambda: articles
    )
    after = training.progress("renova")
    training.floor = floor

    assert [one.exercise.id for one in after.to_do_again] == ["fora-de-casa"]
    assert [one.slug for one in after.tracks[0].articles if one.again] == ["luzes-da-onu"]


def test_pass_marks_change_with_their_history(school: School) -> None:
    training = school.parts.training

    training.set_pass_mark("exercise_pass", 90, by="lia.lider")
    training.set_pass_mark("exercise_pass", 70, by="ada.admin")

    history = training.marks.history("exercise_pass")
    assert [(mark.value, mark.by) for mark in history] == [(70, "ada.admin"), (90, "lia.lider")]
    assert {mark.key: mark.value for mark in training.pass_marks()}["exercise_pass"] == 70
    with pytest.raises(InvalidInput):
        training.set_pass_mark("exercise_pass", 0, by="ada.admin")
    with pytest.raises(InvalidInput):
        training.set_pass_mark("outra", 1, by="ada.admin")


def test_what_does_not_exist_is_said_so(school: School) -> None:
    training = school.parts.training

    for ask in (
        lambda: training.exercise("nenhum"),
        lambda: training.attempt(987654),
        lambda: training.quiz_result(987654),
        lambda: training.acknowledge("ana", "nenhum"),
    ):
        with pytest.raises(NotFound):
            ask()
    with pytest.raises(InvalidInput):
        training.note("ana", by="lia.lider", text="  ")

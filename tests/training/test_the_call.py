"""In an exercise's call: the coach, the customer, hints, and what a clumsy trainee loses."""

from __future__ import annotations

import pytest

from kbwizard.errors import Conflict, InvalidInput, StaleForm
from kbwizard.training.coach import right_option
from kbwizard.walks.service import Standing
from tests.training.conftest import School
from tests.training.trainee import Trainee
from tests.training.writing import write_well


def at_first_question(school: School, trainee: Trainee, exercise: str) -> tuple[int, Standing]:
    attempt = trainee.begin(exercise)
    case = school.parts.desk.cases.get(attempt.protocol)
    walk_id = school.parts.desk.cases.walks_of(case.id or 0)[0].walk_id
    return attempt.id, school.parts.desk.runs.advance(walk_id)


def test_the_options_are_all_exits_and_two_others_in_the_seeds_order(school: School) -> None:
    trainee = Trainee(school)
    one, two = trainee.begin("los-vermelha", seed=5), trainee.begin("los-vermelha", seed=5)
    training = school.parts.training
    standings = [training._tries.standing(attempt) for attempt in (one, two)]

    coaches = [training.coach(a, s) for a, s in zip((one, two), standings, strict=True)]

    assert coaches[0].question is not None
    assert coaches[0].question == coaches[1].question
    values = {option.value for option in coaches[0].question.options}
    assert "quem" in values
    assert len(values) == 3


def test_the_why_comes_after_the_choice_and_the_first_choice_stands(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school)
    attempt_id, standing = at_first_question(school, trainee, "los-vermelha")
    attempt, visit = training.attempt(attempt_id), standing.position.visit
    before = training.coach(attempt, standing)
    assert before.question is not None
    right = right_option(standing, attempt.exercise, trainee.customer(attempt, standing))
    wrong = next(one.value for one in before.question.options if one.value != right)

    training.choose(attempt_id, visit=visit, option=wrong)
    training.choose(attempt_id, visit=visit, option=right)

    after = training.coach(attempt, standing)
    assert (before.why, before.answer) == ("", "")
    assert (after.question, after.right) == (None, False)
    assert after.why != ""
    assert after.answer != after.chosen


def test_what_was_not_offered_or_has_passed_is_refused(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school)
    attempt_id, standing = at_first_question(school, trainee, "los-vermelha")

    with pytest.raises(InvalidInput):
        training.choose(attempt_id, visit=standing.position.visit, option="nada-disso")
    with pytest.raises(StaleForm):
        training.choose(attempt_id, visit=standing.position.visit + 5, option="quem")


def test_the_customer_speaks_when_asked_and_reveals_only_then(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school)
    attempt_id, standing = at_first_question(school, trainee, "bloqueio-com-outra-pessoa")
    attempt = training.attempt(attempt_id)
    customer = trainee.customer(attempt, standing)
    hidden = attempt.exercise.persona.reveals["caller.is_holder"]

    told = training.coach(attempt, standing)

    assert told.said == ()
    assert hidden not in told.opening
    assert hidden in customer.said("caller.is_holder")
    assert hidden not in customer.said("symptom")


def test_asking_again_annoys_and_the_same_seed_says_the_same(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school)
    attempt_id, standing = at_first_question(school, trainee, "senha-recusada")
    visit = standing.position.visit

    first, again = training.ask(attempt_id, visit=visit), training.ask(attempt_id, visit=visit)

    coach = training.coach(training.attempt(attempt_id), standing)
    assert coach.said == (first, again)
    assert again.startswith("Já respondi isso.")


def test_hints_go_from_vague_to_plain_and_cost_points(school: School) -> None:
    trainee = Trainee(school, hints_at_each=1)
    attempt = trainee.begin("linha-muda")
    standing = trainee.walk(attempt)
    write_well(school, attempt, standing)

    review = school.parts.training.finish(attempt.id)

    assert review.hints > 0
    assert review.hint_points == 3 * review.hints
    assert review.points == 100 - review.hint_points


def test_a_clumsy_trainee_loses_where_expected(school: School) -> None:
    trainee = Trainee(
        school,
        option=lambda coach, right: next(
            one.value for one in (coach.question.options if coach.question else ())
            if one.value != right
        ),
        mishears={"caller.is_holder": False},
    )  # fmt: skip
    attempt = trainee.begin("bloqueio-com-o-titular")
    standing = trainee.walk(attempt)
    school.parts.training.write_record(
        attempt.id,
        {
            "protocol": attempt.protocol,
            "explanation": "Seu IP na OLT está bloqueado pela ONU, viu?",
        },
    )

    review = school.parts.training.finish(attempt.id)

    shares = {part.name: part.share for part in review.parts}
    assert standing.position.outcome is not None
    assert review.outcome == "FINANCEIRO_TERCEIRO"
    assert (review.outcome_right, review.passed) == (False, False)
    assert shares["choices"] == 0.0
    assert shares["listening"] < 1
    assert shares["wording"] < 0.1
    assert [word.word for word in review.wording] == ["IP", "OLT", "ONU"]
    assert [check.name for check in review.record if check.ok] == ["protocol", "done"]
    assert review.change != ""


def test_going_far_beyond_the_time_costs_and_being_quick_earns_nothing(school: School) -> None:
    from datetime import timedelta

    trainee = Trainee(school)
    attempt = trainee.begin("fora-de-casa")
    standing = trainee.walk(attempt)
    write_well(school, attempt, standing)
    school.clock.leap_to(school.clock() + timedelta(minutes=attempt.exercise.minutes * 3))

    review = school.parts.training.finish(attempt.id)

    assert (review.late_points, review.points) == (5, 95)


def test_a_try_ends_once_and_gives_its_line_back_cleared(school: School) -> None:
    training, trainee = school.parts.training, Trainee(school)
    attempt = trainee.begin("los-vermelha")
    assert school.lab.subscriber(attempt.login)["onu_state"] == "los"

    review = training.finish(attempt.id)

    assert not review.ended
    assert not review.outcome_right
    assert school.lab.subscriber(attempt.login)["onu_state"] == "online"
    with pytest.raises(Conflict):
        training.finish(attempt.id)
    assert training.review(attempt.id) == review

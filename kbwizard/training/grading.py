"""Grades a try: its way against the good one, choices, listening, what was written, wording.

Parts that do not apply give their weight to the others, so that every try is out of 100.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kbwizard.content.articles import Article
from kbwizard.training.attempts import Attempt, Choice
from kbwizard.training.coach import step_label
from kbwizard.training.compare import same_answer
from kbwizard.training.review import FieldCheck, Part, Review, ReviewStep, WordFound
from kbwizard.training.solver import Solution, visible
from kbwizard.training.written import Happened, check_order, check_record, forbidden_in
from kbwizard.wizard.facts import Unavailable
from kbwizard.wizard.model import Node, Outcome, Question, Result
from kbwizard.wizard.position import Given, Position

WEIGHTS = {
    "outcome": ("Desfecho", 25.0),
    "way": ("Caminho", 20.0),
    "choices": ("Escolhas", 15.0),
    "listening": ("Escuta", 10.0),
    "record": ("Registro", 15.0),
    "order": ("Ordem de serviço", 10.0),
    "wording": ("Linguagem", 5.0),
}
A_FORBIDDEN_WORD = 0.34
"""What one word costs of the wording's share; three cost it all."""
AN_EXTRA_STEP = 0.15
A_MISSED_STEP = 0.25

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Work:
    """Everything a try left behind, and the rules it is graded by."""

    attempt: Attempt
    happened: Happened
    solution: Solution
    choices: Mapping[int, Choice]
    record: Mapping[str, str]
    order: Mapping[str, str]
    articles: Mapping[str, Article]
    marks: Mapping[str, int]
    now: datetime


def grade(work: Work) -> Review:
    """The review of the try as it stands."""
    position = work.happened.standing.position
    mine, good = _walked(work, position), _walked(work, work.solution.position)
    outcome = position.outcome.disposition if position.outcome and position.ended else ""
    wanted = work.attempt.exercise.expected.outcome or (work.solution.disposition,)
    extra, missed = _differences(work, mine, good)
    misheard = tuple(_misheard(work))
    record, order = check_record(work.record, work.happened), _order(work)
    wording = forbidden_in(work.record)
    hints = sum(choice.hints for choice in work.choices.values())
    minutes, late_points = _time(work)
    right = outcome != "" and outcome in wanted
    shares = {
        "outcome": _outcome_share(right),
        "way": _way_share(work, extra, missed),
        "choices": _choices_share(work),
        "listening": _listening_share(work, misheard),
        "record": _fields_share(record),
        "wording": _wording_share(wording),
        **({"order": _fields_share(order)} if order else {}),
    }
    parts = _weighed(shares)
    hint_points = hints * work.marks["hint_cost"]
    points = max(0, round(sum(part.points for part in parts) - hint_points - late_points))
    return Review(
        points=points,
        passed=points >= work.marks["exercise_pass"],
        pass_mark=work.marks["exercise_pass"],
        ended=position.ended,
        outcome=outcome,
        good_outcome=" ou ".join(wanted),
        outcome_right=right,
        parts=parts,
        steps=tuple(_steps(work, mine, extra)),
        good_way=tuple(_step(work, key, "good") for key in good),
        unneeded=tuple(_label(work, key) for key in extra if _is_question(work, key)),
        missed=tuple(_label(work, key) for key in missed),
        misheard=misheard,
        record=record,
        order=order,
        wording=wording,
        hints=hints,
        hint_points=hint_points,
        minutes=round(minutes, 1),
        expected_minutes=work.attempt.exercise.minutes,
        late_points=late_points,
        change=_change(parts, hint_points),
        article=_article(work, extra, missed),
    )


def _time(work: Work) -> tuple[float, int]:
    """How long it took, in minutes, and the points that this costs."""
    minutes = (work.now - work.attempt.started_at).total_seconds() / 60
    late = minutes > work.attempt.exercise.minutes * work.marks["late_factor"]
    return minutes, work.marks["late_cost"] if late else 0


def _walked(work: Work, position: Position | None) -> list[Key]:
    return visible(work.happened.standing.bundle, position) if position else []


def _differences(
    work: Work, mine: Sequence[Key], good: Sequence[Key]
) -> tuple[list[Key], list[Key]]:
    """Steps beyond the good way, and those of it that are missing; outcomes are judged apart."""
    ours, theirs = Counter(mine), Counter(good)
    must = [_key(name) for name in work.attempt.exercise.expected.must_visit]
    must_not = {_key(name) for name in work.attempt.exercise.expected.must_not}
    extra = list((ours - theirs).elements())
    extra += [key for key in ours if key in must_not and key not in extra]
    missed = list((theirs - ours).elements())
    walked = {(one.tree, one.node) for one in work.happened.standing.position.path}
    missed += [key for key in must if key not in walked and key not in missed]
    ends = {key for key in (*extra, *missed) if isinstance(_node(work, key), Outcome)}
    return [key for key in extra if key not in ends], [key for key in missed if key not in ends]


def _way_share(work: Work, extra: Sequence[Key], missed: Sequence[Key]) -> tuple[float, str]:
    asked = sum(max(0, choice.asked - 1) for choice in work.choices.values())
    share = 1 - AN_EXTRA_STEP * (len(extra) + asked) - A_MISSED_STEP * len(missed)
    advice = "Não pergunte o que a rede ou o cliente já disse."
    if missed:
        advice = f"Não pule este passo: {_label(work, missed[0])}."
    elif extra:
        advice = f"Este passo não era preciso: {_label(work, extra[0])}."
    return max(0.0, share), advice


def _choices_share(work: Work) -> tuple[float, str]:
    made = [choice for choice in work.choices.values() if choice.option]
    right = sum(choice.right for choice in made)
    return (
        right / len(made) if made else 0.0,
        "Antes de escolher, diga para si o que já se sabe e o que falta saber.",
    )


def _listening_share(work: Work, misheard: Sequence[FieldCheck]) -> tuple[float, str]:
    heard = sum(len(given.readings) for given in _given(work))
    share = max(0.0, 1 - 2 * len(misheard) / heard) if heard else 0.0
    return share, "Anote o que o cliente disse, não o que parecia: confira antes de seguir."


def _outcome_share(right: bool) -> tuple[float, str]:
    return float(right), "Leia outra vez o que a rede disse antes de escolher o desfecho."


def _wording_share(forbidden: Sequence[WordFound]) -> tuple[float, str]:
    share = max(0.0, 1 - A_FORBIDDEN_WORD * len(forbidden))
    return share, "Fale sem termos técnicos: diga o que foi encontrado e o próximo passo."


def _fields_share(checks: Sequence[FieldCheck]) -> tuple[float, str]:
    right = sum(check.ok for check in checks)
    wrong = next((check for check in checks if not check.ok), None)
    advice = f"{wrong.label}: {wrong.note}" if wrong is not None else ""
    return (right / len(checks) if checks else 0.0), advice


def _weighed(shares: Mapping[str, tuple[float, str]]) -> tuple[Part, ...]:
    whole = sum(WEIGHTS[name][1] for name in shares)
    return tuple(
        Part(name, label, shares[name][0], weight * 100 / whole, shares[name][1])
        for name, (label, weight) in WEIGHTS.items()
        if name in shares
    )


def _given(work: Work) -> list[Given]:
    """What the trainee noted as said by the customer."""
    position = work.happened.standing.position
    return [one for one in position.given if one.by == work.attempt.who and not one.set_aside]


def _misheard(work: Work) -> list[FieldCheck]:
    customer = work.happened.customer
    specs = work.happened.standing.bundle.registry.facts
    times: Counter[str] = Counter()
    found = []
    for given in _given(work):
        for reading in given.readings:
            spec, true = specs.get(reading.fact), customer.truth(reading.fact, times[reading.fact])
            times[reading.fact] += 1
            if spec is None or (spec.read_by and isinstance(true, Unavailable)):
                continue
            if not same_answer(spec, reading.value, true, work.happened.today):
                shown = [
                    "não sei" if isinstance(value, Unavailable) else spec.label_of(value)
                    for value in (reading.value, true)
                ]
                found.append(FieldCheck(reading.fact, spec.label, shown[0], shown[1], False))
    return found


def _order(work: Work) -> tuple[FieldCheck, ...]:
    """Checked where a visit was due or made; empty otherwise."""
    for position in (work.happened.standing.position, work.solution.position):
        outcome = position.outcome if position is not None else None
        if outcome is not None and outcome.result is Result.DISPATCH:
            skill = outcome.order.skill if outcome.order is not None else ""
            return check_order(work.order, work.happened, skill)
    return ()


def _steps(work: Work, mine: Sequence[Key], extra: Sequence[Key]) -> list[ReviewStep]:
    wrong = {(one.tree, one.node) for one in work.choices.values() if one.option and not one.right}
    steps = []
    for key in mine:
        mark = "extra" if key in extra else "wrong_choice" if key in wrong else "good"
        steps.append(_step(work, key, mark))
    return steps


def _step(work: Work, key: Key, mark: str) -> ReviewStep:
    return ReviewStep(*key, _label(work, key), mark, " ".join(_node(work, key).texts.why.split()))


def _node(work: Work, key: Key) -> Node:
    return work.happened.standing.bundle.node(*key)


def _label(work: Work, key: Key) -> str:
    return step_label(work.happened.standing.bundle, _node(work, key))


def _is_question(work: Work, key: Key) -> bool:
    return isinstance(_node(work, key), Question)


def _key(name: str) -> Key:
    tree, _, node = name.partition(".")
    return tree, node


def _change(parts: Sequence[Part], hint_points: int) -> str:
    """One thing, the one that costs most."""
    worst = max(parts, key=lambda part: part.lost)
    if hint_points > worst.lost:
        return "Tente decidir antes de pedir a dica: o porquê aparece depois da escolha."
    return worst.advice if worst.lost >= 0.5 else "Nada a mudar: repita com outra semente."


def _article(work: Work, extra: Sequence[Key], missed: Sequence[Key]) -> str:
    """The article of the first step that went wrong, or the exercise's own."""
    wrong = [(one.tree, one.node) for one in work.choices.values() if one.option and not one.right]
    for key in (*missed, *wrong, *extra):
        slug = _node(work, key).article
        if slug in work.articles:
            return slug
    slug = work.attempt.exercise.article
    return slug if slug in work.articles else ""

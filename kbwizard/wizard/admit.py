"""Says whether an event may be appended where the walk stands, and if not, why, in Portuguese.

The fold would put aside what does not fit; this is how a person is told, before it is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any

from kbwizard.errors import InvalidInput, StaleForm
from kbwizard.wizard.events import (
    Acted,
    Answered,
    Confirmed,
    Ended,
    Event,
    GivenUp,
    HandedOver,
    Jumped,
    LineBound,
    Noted,
    Read,
    Retracted,
    Revised,
    Started,
)
from kbwizard.wizard.facts import Reading, Reason, Unavailable
from kbwizard.wizard.leave import ACTION_EXITS
from kbwizard.wizard.model import Audience, Bundle, Check, Question
from kbwizard.wizard.plan import plan_of
from kbwizard.wizard.position import Need, Position
from kbwizard.wizard.values import refusal, text_refusal

MOVED = "O atendimento já avançou. Veja onde ele está agora; o que você digitou continua na tela."
ENDED = "O atendimento já foi encerrado. Para continuar, reabra-o."


def admit(position: Position, event: Event, bundle: Bundle) -> None:
    """Return if the event may be appended at this position.

    Raises `StaleForm` when the walk has left the visit that the event speaks of (moves made by
    readings alone do not count), `InvalidInput` for everything else that cannot be accepted.
    """
    if position.ended:
        raise InvalidInput(ENDED)
    _CHECKS[type(event)](position, event, bundle)


def last_human_event(position: Position) -> int | None:
    """What Back undoes: the last thing a person did that is in effect. None at the beginning.

    Actions are not among them: what was done to the network stays done.
    """
    return position.undoable[-1] if position.undoable else None


# -- one function for each kind of event --------------------------------------------------------


def _answered(position: Position, event: Answered, bundle: Bundle) -> None:
    allowed, unsure = _asked_at(position, event.visit, bundle)
    if not event.readings:
        raise InvalidInput("Escolha uma resposta.")
    if not allowed:
        raise InvalidInput("Este passo não espera uma resposta.")
    _accept(event.readings, allowed, bundle, unsure=unsure)


def _asked_at(position: Position, visit: int, bundle: Bundle) -> tuple[Collection[str], bool]:
    """Facts that may be answered at a visit, and whether "não sei" is among the answers."""
    pending = position.pending
    if visit == position.visit:
        facts = pending.facts if pending.need is Need.ANSWER else pending.person
        return facts, pending.unsure
    _not_stale(position, visit)
    left = next(one for one in position.path if one.number == visit)
    node = bundle.node(left.tree, left.node)
    target = bundle.trees[left.tree].nodes.get(node.unknown) if isinstance(node, Check) else None
    if not isinstance(target, Question):
        raise StaleForm(MOVED)
    return target.facts, bool(target.unknown)


def _accept(
    readings: tuple[Reading, ...], allowed: Collection[str], bundle: Bundle, *, unsure: bool
) -> None:
    problems: dict[str, str] = {}
    for reading in readings:
        spec = bundle.registry.facts.get(reading.fact)
        if spec is None or reading.fact not in allowed:
            problems[reading.fact] = "não foi perguntado neste passo"
        elif isinstance(reading.value, Unavailable):
            if not unsure or reading.value.reason is not Reason.PERSON_UNSURE:
                problems[reading.fact] = "“Não sei” não é uma resposta aqui"
        elif wrong := refusal(spec, reading.value):
            problems[reading.fact] = wrong
    if problems:
        _refuse(problems, bundle)


def _refuse(problems: Mapping[str, str], bundle: Bundle) -> None:
    specs = bundle.registry.facts
    told = (
        f"{specs[name].label if name in specs else name}: {wrong}"
        for name, wrong in problems.items()
    )
    raise InvalidInput("; ".join(told) + ".", dict(problems))


def _confirmed(position: Position, event: Confirmed, bundle: Bundle) -> None:
    _at(position, event.visit)
    if position.pending.need is not Need.CONFIRMATION:
        raise InvalidInput("Não há nada a confirmar neste passo.")


def _given_up(position: Position, event: GivenUp, bundle: Bundle) -> None:
    _at(position, event.visit)
    waiting = isinstance(position.node, Check) or position.pending.need is Need.WAIT
    if not waiting:
        raise InvalidInput("Não há espera a interromper neste passo.")


def _acted(position: Position, event: Acted, bundle: Bundle) -> None:
    _at(position, event.visit)
    if position.pending.need is not Need.ACTION:
        raise InvalidInput("Não há ação a executar neste passo.")
    if event.result not in ACTION_EXITS:
        raise InvalidInput(f"Resultado de ação desconhecido: {event.result}.")


def _revised(position: Position, event: Revised, bundle: Bundle) -> None:
    said = {given.seq: given.readings for given in position.given}.get(event.target)
    if said is None:
        raise InvalidInput("Esta resposta não pode ser alterada: ela não está no histórico.")
    if not event.readings:
        raise InvalidInput("Escolha a nova resposta.")
    _accept(event.readings, {old.fact for old in said}, bundle, unsure=True)


def _retracted(position: Position, event: Retracted, bundle: Bundle) -> None:
    if event.target not in position.undoable:
        raise InvalidInput("Não há o que desfazer.")


def _jumped(position: Position, event: Jumped, bundle: Bundle) -> None:
    if event.anytime:
        if event.anytime not in plan_of(bundle).anytime(position.root):
            raise InvalidInput(f"Saída desconhecida: {event.anytime}.")
        return
    tree = bundle.trees.get(event.tree)
    if tree is None or event.node not in tree.nodes:
        raise InvalidInput(f"Passo desconhecido: {event.tree}, {event.node}.")
    inside = event.tree in {position.tree, *(tree for tree, _ in position.stack)}
    if not inside and plan_of(bundle).way(position.root, event.tree) is None:
        raise InvalidInput(f"Não há caminho deste atendimento até a árvore “{tree.title}”.")


def _handed_over(position: Position, event: HandedOver, bundle: Bundle) -> None:
    if event.audience not in set(Audience):
        raise InvalidInput(f"Público desconhecido: {event.audience}.")


def _noted(position: Position, event: Noted, bundle: Bundle) -> None:
    if wrong := text_refusal(event.text):
        raise InvalidInput(f"Nota: {wrong}.", {"text": wrong})


def _line_bound(position: Position, event: LineBound, bundle: Bundle) -> None:
    if not event.line:
        raise InvalidInput("Escolha a conexão.")


def _ended(position: Position, event: Ended, bundle: Bundle) -> None:
    _at(position, event.visit)
    if position.outcome is None:
        raise InvalidInput("O atendimento ainda não chegou a um desfecho.")
    specs = bundle.registry.facts
    if position.refused:
        raise InvalidInput("Antes deste desfecho, passe pelas verificações iniciais pendentes.")
    if position.required:
        problems = dict.fromkeys(position.required, "falta informar")
        names = (specs[name].label if name in specs else name for name in problems)
        raise InvalidInput(f"Falta informar: {', '.join(names)}.", problems)


def _read(position: Position, event: Read, bundle: Bundle) -> None:
    """A reading is always kept: it is of no visit, and never stale."""


def _started(position: Position, event: Started, bundle: Bundle) -> None:
    raise InvalidInput("O atendimento já começou.")


_CHECKS: dict[type, Callable[[Position, Any, Bundle], None]] = {
    Acted: _acted,
    Answered: _answered,
    Confirmed: _confirmed,
    Ended: _ended,
    GivenUp: _given_up,
    HandedOver: _handed_over,
    Jumped: _jumped,
    LineBound: _line_bound,
    Noted: _noted,
    Read: _read,
    Retracted: _retracted,
    Revised: _revised,
    Started: _started,
}


# -- stale forms --------------------------------------------------------------------------------


def _at(position: Position, visit: int) -> None:
    if visit != position.visit:
        raise StaleForm(MOVED)


def _not_stale(position: Position, visit: int) -> None:
    """Readings and notes never make a form stale: only moves by what persons did count."""
    places = [place for place, one in enumerate(position.path) if one.number == visit]
    later = position.path[places[-1] + 1 :] if places else ()
    if not later or any(one.seq <= position.moved_seq for one in later):
        raise StaleForm(MOVED)

"""Rules on how nodes are left: gaps, shadowed branches, missing `unknown`, `go` that has gaps."""

from __future__ import annotations

from kbwizard.content.lint.cases import OTHER, Cases, TooManyCases, covered
from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.judge import facts_in
from kbwizard.wizard.known import CONFLICT
from kbwizard.wizard.leave import label_of
from kbwizard.wizard.model import Check, Decide, Question


def check_branching(look: Inspection) -> None:
    for node in look.tree:
        if isinstance(node, Question | Check | Decide):
            _unknown(look, node)
            if node.branches or not isinstance(node, Question):
                _cases(look, node)
        if isinstance(node, Question) and node.go:
            _go(look, node)


def _unknown(look: Inspection, node: Question | Check | Decide) -> None:
    if node.unknown or (isinstance(node, Decide) and not _may_be_unknown(node)):
        return
    why = {
        Question: '"não sei" não tem para onde ir',
        Check: "falta o caminho de quando o equipamento não responde",
        Decide: "falta o caminho de quando não se sabe",
    }[type(node)]
    look.at(node, "missing-unknown", f'no passo "{node.name}", {why}', 'escreva "unknown: PASSO"')


def _may_be_unknown(node: Decide) -> bool:
    """What nobody said contradicts nothing: a conflict is never unknown."""
    names = [name for branch in node.branches for name in facts_in(branch.when)]
    return any(not name.startswith(CONFLICT) for name in names)


def _cases(look: Inspection, node: Question | Check | Decide) -> None:
    if not node.branches:
        if not node.otherwise:
            look.at(
                node,
                "dead-end",
                f'o passo "{node.name}" não tem caminhos',
                'escreva "branches" ou "else"',
            )
        return
    try:
        cases = Cases([branch.when for branch in node.branches], look.bundle.registry)
    except TooManyCases:
        if not node.otherwise:
            look.at(
                node,
                "uncovered-case",
                f'o passo "{node.name}" combina fatos demais para provar que nada escapa',
                'escreva "else: PASSO", ou divida em dois passos',
            )
        return
    idle, taken = covered(node.branches, cases)
    for number in idle:
        branch = node.branches[number - 1]
        look.report(
            "shadowed-branch",
            branch.line,
            f'o caminho {number} do passo "{node.name}" nunca é tomado: os de cima ficam com tudo',
            "ponha-o mais acima, ou apague-o",
            path=look.path_to(node.name),
        )
    _rest(look, node, cases, cases.known & ~taken)


def _rest(look: Inspection, node: Question | Check | Decide, cases: Cases, rest: int) -> None:
    """The known cases that no branch takes, and the `else` that should take them."""
    if rest and not node.otherwise:
        case = _told(cases.example(rest))
        look.at(
            node,
            "uncovered-case",
            f'no passo "{node.name}" nenhum caminho serve quando {case}',
            'acrescente um caminho, ou "else: PASSO"',
        )
    elif node.otherwise and not rest:
        _idle_else(look, node)
    if node.unknown and all(name.startswith(CONFLICT) for name in cases.facts):
        look.at(
            node,
            "shadowed-branch",
            f'o "unknown" do passo "{node.name}" nunca é tomado: um conflito é sempre sim ou não',
            'apague o "unknown"',
        )


def _idle_else(look: Inspection, node: Question | Check | Decide) -> None:
    look.at(
        node,
        "shadowed-branch",
        f'o "else" do passo "{node.name}" nunca é tomado: os caminhos já cobrem tudo',
        'apague o "else"',
    )


def _told(case: dict[str, Scalar | None]) -> str:
    parts = []
    for name, value in case.items():
        shown = "outro texto" if value == OTHER else label_of(value)
        parts.append(f"{name} = {shown}")
    return ", ".join(parts)


def _go(look: Inspection, node: Question) -> None:
    spec = look.bundle.registry.facts.get(node.facts[0])
    if spec is None:
        return
    wanted = [label.value for label in spec.values]
    if not wanted:
        look.at(
            node,
            "go-incomplete",
            f'"{spec.name}" não tem uma lista de valores: "go" nunca cobre todos',
            'use "goto" ou "branches"',
        )
        return
    missing = [label_of(value) for value in wanted if value not in node.go]
    if node.otherwise and not missing:
        _idle_else(look, node)
    if missing and not node.otherwise:
        look.at(
            node,
            "go-incomplete",
            f'o "go" do passo "{node.name}" não diz para onde vai: {", ".join(missing)}',
            f'escreva "{missing[0]}: PASSO"',
        )

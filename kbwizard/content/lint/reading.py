"""Rules on who can know a fact: what is asked, what is read, what is polled, what is changed."""

from __future__ import annotations

from kbwizard.content.lint.inspection import Inspection
from kbwizard.wizard.facts import Ask
from kbwizard.wizard.judge import facts_in
from kbwizard.wizard.model import Check, Instruction, Question


def check_reading(look: Inspection) -> None:
    for node in look.tree:
        if isinstance(node, Question):
            _question(look, node)
        elif isinstance(node, Check):
            _check(look, node)
            _poll(look, node)
        elif isinstance(node, Instruction) and node.wait_s and not node.changes:
            look.at(
                node,
                "wait-changes",
                f'o passo "{node.name}" espera, mas não diz o que muda com a espera',
                'escreva "changes: [FATO]"',
            )


def _question(look: Inspection, node: Question) -> None:
    for name in node.facts:
        spec = look.bundle.registry.facts.get(name)
        if spec is not None and (spec.ask is Ask.NONE or spec.derived):
            look.at(
                node,
                "not-askable",
                f'ninguém pode responder "{name}", perguntado no passo "{node.name}"',
                'ponha "ask: customer", "both" ou "screen" no fato, ou pergunte outro',
                severity="error" if spec.derived else "warning",
            )
    if len(node.facts) > 1 and node.texts.customer:
        look.at(
            node,
            "many-questions",
            f'o passo "{node.name}" pergunta vários fatos ao cliente de uma vez',
            'uma pergunta por tela: divida o passo, ou tire o texto "customer"',
        )


def _check(look: Inspection, node: Check) -> None:
    for name in look.plan.bases(node.facts):
        spec = look.bundle.registry.facts.get(name)
        if spec is not None and not spec.read_by:
            look.at(
                node,
                "not-readable",
                f'nenhuma fonte lê "{name}", pedido no passo "{node.name}"',
                'ponha "read_by: FONTE" no fato, ou faça uma pergunta',
                severity="warning",
            )


def _poll(look: Inspection, node: Check) -> None:
    if node.poll is None:
        return
    bases = look.plan.bases(node.facts)
    for name in look.plan.bases(facts_in(node.poll.until)):
        spec = look.bundle.registry.facts.get(name)
        if name not in bases:
            look.at(
                node,
                "poll-fact",
                f'o passo "{node.name}" espera por "{name}", que não lê',
                f'acrescente "{name}" a "check"',
            )
        elif spec is not None and spec.optics:
            look.at(
                node,
                "poll-optics",
                f'o passo "{node.name}" repete a leitura de "{name}": potência não se lê repetida',
                "espere pelo estado ou pela sessão, e leia a potência depois",
            )
    if node.poll.every_s > node.poll.up_to_s:
        look.at(
            node,
            "poll-time",
            f'o passo "{node.name}" lê a cada {node.poll.every_s:g} s, mas só até '
            f"{node.poll.up_to_s:g} s",
            '"up_to_s" maior que "every_s"',
        )

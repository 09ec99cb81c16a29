"""The built-in tree that stands where a tree is missing or broken: record, and hand on to N2."""

from __future__ import annotations

from kbwizard.wizard.facts import Registry
from kbwizard.wizard.model import Audience, Outcome, Result, Subtree, Texts, Tree

DISPOSITION = "N2_ARVORE_INDISPONIVEL"
NODE = "arvore_indisponivel"

ROOTS = ("atendimento", "autoatendimento")
"""Trees that start walks, whatever their files say while broken."""

_PREFERRED_DEADLINE = "n2_sem_acesso"


def unavailable_tree(name: str, registry: Registry) -> Tree:
    """A tree of that name with one node: escalate, with the first N2 deadline there is."""
    node = Outcome(
        name=NODE,
        texts=Texts(
            agent="O roteiro desta parte está indisponível. Registre o que já foi visto; o N2 "
            "continua daqui. Diga ao cliente até quando ele terá um contato.",
            customer="Não consigo seguir com as perguntas agora. Já registrei o que você contou, "
            "e uma pessoa da nossa equipe continua o seu atendimento.",
            why=f'A árvore "{name}" não pôde ser carregada e não há versão anterior dela.',
        ),
        result=Result.ESCALATE,
        disposition=DISPOSITION,
        level="n2",
        deadline=_deadline(registry),
    )
    return Tree(
        name=name,
        title="Árvore indisponível",
        entry=NODE,
        nodes={NODE: node},
        audiences=tuple(str(audience) for audience in Audience),
        root=name in ROOTS,
    )


def _deadline(registry: Registry) -> str:
    if _PREFERRED_DEADLINE in registry.deadlines:
        return _PREFERRED_DEADLINE
    return next(iter(registry.deadlines), "")


def missing_subtrees(trees: dict[str, Tree]) -> set[str]:
    """Names that sub-tree nodes point to and no tree has."""
    wanted = {node.tree for tree in trees.values() for node in tree if isinstance(node, Subtree)}
    return wanted - set(trees)

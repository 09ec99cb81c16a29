"""Rule on words that customers should not have to read.

It holds for `customer` texts, for what a tree for customers shows to everybody alike, and for
articles that customers may open. The agent's text is what the agent knows, not a script to be
read to the letter by a machine: it may name a light or a device as the desk does.
"""

from __future__ import annotations

from kbwizard.content.forbidden import Found, find_forbidden
from kbwizard.content.lint.inspection import Inspection
from kbwizard.content.lint.texts import texts_for_all
from kbwizard.wizard.model import Audience

RULE = "forbidden-word"


def check_words(look: Inspection) -> None:
    for_customers = look.has(Audience.CUSTOMER)
    for node in look.tree:
        texts = [("customer", node.texts.customer)]
        if for_customers:
            texts += texts_for_all(node)
        for key, text in texts:
            for found in find_forbidden(text):
                message, remedy = told(found, f'no texto "{key}" do passo "{node.name}"')
                look.at(node, RULE, message, remedy)
    if for_customers:
        for exit_ in look.tree.anytime:
            for found in find_forbidden(exit_.label):
                message, remedy = told(found, f'na saída "{exit_.label}"')
                look.report(RULE, look.head_line("anytime"), message, remedy)


def told(found: Found, where: str) -> tuple[str, str]:
    return f'"{found.word}" {where}: o cliente não entende', f"diga: {found.instead}"

"""The drawings of the help pages: their names, what each shows, and which step gets which.

A tree names one by `media`; a question about a light or a cable has one even where it does not.
The files are `web/static/help/<name>.svg`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kbwizard.wizard.facts import Scalar
from kbwizard.wizard.model import Instruction, Node, Question


@dataclass(frozen=True, slots=True)
class Drawing:
    """One picture and its words, for who does not see it."""

    name: str
    alt: str

    @property
    def file(self) -> str:
        return f"help/{self.name}.svg"


ALT: Mapping[str, str] = {
    "alguma-luz": "O aparelho onde entra o cabo fino, visto de frente, com quatro luzes.",
    "aparelho": "O aparelho onde entra o cabo fino, com as luzes acesas e a luz LOS apagada.",
    "cabo-dobrado": "O cabo fino com uma dobra forte no meio: assim a luz não passa.",
    "cabo-fino": "O cabo fino que sai da parede e entra no aparelho.",
    "cabo-rede": "Um cabo de rede que liga o roteador ao computador.",
    "conector": "O encaixe verde do cabo fino sendo apertado para dentro do aparelho.",
    "fio-caido": "Um fio caído do poste até o chão, e um sinal de perigo.",
    "los-apagada": "A luz escrita LOS apagada.",
    "los-piscando": "A luz escrita LOS vermelha, piscando.",
    "los-vermelha": "A luz escrita LOS vermelha, acesa.",
    "luz-internet": "O roteador, com uma seta na luz escrita Internet, a do meio.",
    "luz-los": "O aparelho, com uma seta na luz escrita LOS, a terceira.",
    "luz-pon": "O aparelho, com uma seta na luz escrita PON, a segunda.",
    "perto-do-roteador": "Um celular a um metro do roteador.",
    "pessoa": "Uma pessoa do atendimento, de fone.",
    "pon-apagada": "A luz escrita PON apagada.",
    "pon-fixa": "A luz escrita PON verde, acesa sem piscar.",
    "pon-piscando": "A luz escrita PON verde, piscando.",
    "religar-em-ordem": "Primeiro o aparelho do cabo fino; dois minutos depois, o roteador.",
    "roteador": "O roteador, o aparelho que dá o Wi-Fi.",
    "tomada": "O fio do aparelho sendo posto na tomada.",
    "tomada-30s": "O fio do aparelho fora da tomada por 30 segundos.",
    "tudo-apagado": "O aparelho com todas as luzes apagadas.",
    "wifi-desligado": "O celular com o Wi-Fi desligado e os dados móveis ligados.",
}

OF_FACT: Mapping[str, str] = {
    "cable.visible": "cabo-fino",
    "led.internet": "luz-internet",
    "led.los": "luz-los",
    "led.pon": "luz-pon",
    "led.power": "alguma-luz",
    "power.after": "tomada",
    "router.power": "roteador",
}

LAMPS: Mapping[tuple[str, Scalar], str] = {
    ("led.los", "off"): "off",
    ("led.los", "red"): "red",
    ("led.los", "blinking"): "red-blinks",
    ("led.pon", "on"): "green",
    ("led.pon", "slow"): "green-slow",
    ("led.pon", "fast"): "green-blinks",
    ("led.pon", "off"): "off",
    ("led.power", "on"): "green",
    ("led.power", "off"): "off",
    ("led.internet", "on"): "green",
    ("led.internet", "red"): "red",
    ("led.internet", "off"): "off",
    ("power.after", "on"): "green",
    ("power.after", "off"): "off",
}
"""The lamp beside an answer about a light. Its label says the same in words."""


def named(name: str) -> Drawing | None:
    """A drawing by its name; None for a name that has none, which a step can do without."""
    alt = ALT.get(name.removesuffix(".svg"))
    return Drawing(name.removesuffix(".svg"), alt) if alt else None


def drawing_of(node: Node) -> Drawing | None:
    """What a step shows: what its author named, else the light or cable its question is about."""
    media = node.media if isinstance(node, Question | Instruction) else ""
    if media or not isinstance(node, Question):
        return named(media)
    return next((named(OF_FACT[fact]) for fact in node.facts if fact in OF_FACT), None)

"""Codes of training as people read them: topics, outcomes, what is said of each part."""

from __future__ import annotations

from collections.abc import Mapping

TOPICS: Mapping[str, str] = {
    "": "Um pouco de tudo",
    "pppoe-down": "Sessão PPPoE fora do ar",
    "erro-691": "Senha recusada (erro 691)",
    "fibra-los": "Fibra e a luz LOS",
    "sinal-optico-fraco": "Sinal óptico fraco",
    "lentidao": "Lentidão",
    "wifi-fraco": "Wi-Fi fraco",
    "wifi-senha": "Senha do Wi-Fi",
    "queda-intermitente": "Cai e volta",
    "link-empresarial": "Link empresarial",
    "ip-fixo": "IP fixo",
    "latencia-jogos": "Latência e jogos",
    "dns": "DNS",
    "bloqueio-financeiro": "Bloqueio e financeiro",
    "falha-massiva": "Falha em massa",
    "mudanca-endereco": "Mudança de endereço",
    "troca-roteador": "Troca de roteador",
    "portas-cgnat": "Portas e CGNAT",
    "voip": "Telefone pela internet",
    "iptv": "TV pela internet",
    "teste-velocidade": "Teste de velocidade",
    "reiniciar-equipamentos": "Reiniciar na ordem",
    "cabo-rede": "Cabo de rede",
    "agendar-visita": "Agendar visita",
    "protocolo": "Protocolo e registro",
    "segunda-via": "Segunda via",
}
MOODS: Mapping[str, str] = {
    "calm": "fala com calma",
    "hurried": "fala com pressa",
    "upset": "fala com irritação",
    "offensive": "fala com ofensas",
    "silent": "fala pouco",
    "elderly": "fala devagar, é de idade",
    "technical": "fala em termos técnicos",
    "talkative": "fala muito",
}
"""A persona's mood, to stand after "o cliente "."""
PRAISE: Mapping[str, str] = {
    "outcome": "chegou aonde devia",
    "way": "perguntou o que faltava e nada a mais",
    "choices": "sabia o passo seguinte antes de vê-lo",
    "listening": "anotou o que o cliente disse",
    "record": "quem ler entende sem ligar de novo",
    "order": "o técnico sai com tudo na mão",
    "wording": "falou como o cliente fala",
}
"""What a good colleague says of each part of the points."""


def topic_label(topic: str) -> str:
    """A topic as people call it.

    >>> topic_label("fibra-los"), topic_label("assunto-novo")
    ('Fibra e a luz LOS', 'assunto novo')
    """
    return TOPICS.get(topic, topic.replace("-", " "))


def disposition(codes: str) -> str:
    """Codes of outcomes as words.

    >>> disposition("OS_FIBRA ou N2_REGISTRO")
    'OS fibra ou N2 registro'
    """
    words = []
    for code in codes.split(" ou "):
        first, *rest = code.split("_")
        words.append(" ".join([first, *(word.lower() for word in rest)]))
    return " ou ".join(words)

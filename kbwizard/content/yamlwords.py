"""Says in Portuguese what the YAML reader found wrong, and what to write instead."""

from __future__ import annotations

import yaml

_QUOTES = "ponha o texto entre aspas"

_WORDS: tuple[tuple[str, str, str], ...] = (
    ("mapping values are not allowed", 'há ": " no meio do texto', _QUOTES),
    (
        "block scalar",
        'um valor começa por ">" ou "|" sem ser texto longo',
        'ponha entre aspas, por exemplo ">= 3"',
    ),
    ("quoted scalar", "há aspas que não fecham, ou uma barra invertida", "feche as aspas"),
    ("escape", "há uma barra invertida dentro de aspas duplas", "use aspas simples"),
    ("flow mapping", '"{" não fecha, ou falta uma vírgula', 'feche com "}"'),
    ("flow sequence", '"[" não fecha, ou falta uma vírgula', 'feche com "]"'),
    ("flow node", "há uma vírgula ou um sinal sobrando", _QUOTES),
    ("block collection", 'o recuo mudou no meio de uma lista de "-"', "alinhe os itens"),
    ("block mapping", "o recuo não combina com o das linhas acima", "alinhe com as chaves irmãs"),
    ("simple key", 'falta ": " depois de uma chave, ou o recuo está errado', "confira a linha"),
    ("could not find expected ':'", 'falta ": " depois de uma chave', "confira a linha"),
    ("alias", 'o "*" no começo de um valor cria um apelido', _QUOTES),
    ("anchor", 'o "&" no começo de um valor cria uma âncora', _QUOTES),
    ("tag", 'o "!" no começo de um valor cria uma marca', _QUOTES),
    ("directive", 'há um "%" no começo de uma linha', _QUOTES),
    ("document start", "o texto continua depois do fim do documento", "confira o recuo da linha"),
    ("cannot start any token", "um valor começa por um sinal que o YAML reserva", _QUOTES),
)


def explain(error: yaml.YAMLError, text: str) -> tuple[int, str, str]:
    """Line (from 1), what is wrong, what to write instead."""
    if isinstance(error, yaml.reader.ReaderError):
        at = error.position if isinstance(error.position, int) else 0
        line = text.encode().count(b"\n", 0, at) + 1  # libyaml counts bytes
        return line, "há um caractere de controle no arquivo", "apague-o ou digite a linha de novo"
    if not isinstance(error, yaml.MarkedYAMLError):
        return 1, "o YAML não foi entendido", "confira o arquivo"
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    if _tab_at(text, line):
        return line, "há uma tabulação (TAB) no recuo", "use espaços, nunca TAB"
    said = f"{error.problem or ''} {error.context or ''}"
    for english, message, remedy in _WORDS:
        if english in said:
            return line, message, remedy
    return (
        line,
        "o YAML não foi entendido nesta linha",
        "confira o recuo, os dois-pontos e as aspas",
    )


def _tab_at(text: str, line: int) -> bool:
    lines = text.split("\n")
    if not 0 < line <= len(lines):
        return False
    row = lines[line - 1]
    return "\t" in row[: len(row) - len(row.lstrip())]

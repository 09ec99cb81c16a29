"""The figures as a Markdown table, which is also readable in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from benchmarks.figures import Figure, Result, Skipped

HEADINGS = ("medida", "mediana", "piso", "razão", "orçamento", "")
VERDICTS = {True: "cumprido", False: "NÃO CUMPRIDO", None: "sem orçamento"}


def table(results: Sequence[Result]) -> Iterator[str]:
    """Headings, a line for each figure, then what was skipped and what needs words."""
    rows = [_row(result) for result in results]
    widths = [max(len(row[at]) for row in (HEADINGS, *rows)) for at in range(len(HEADINGS))]
    for row in (HEADINGS, tuple("-" * width for width in widths), *rows):
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"| {' | '.join(cells)} |"
    yield ""
    for result in results:
        if isinstance(result, Skipped):
            yield f"PULADO: {result.name}: {result.why}"
        elif result.floor_is or result.note:
            floor = f"piso: {result.floor_is}" if result.floor_is else ""
            yield f"- {result.name}: {'; '.join(part for part in (floor, result.note) if part)}"


def _row(result: Result) -> tuple[str, ...]:
    if isinstance(result, Skipped):
        return (result.name, "", "", "", "", "PULADO")
    floor, ratio = result.floor_median, result.ratio
    return (
        result.name,
        amount(result.median, result.unit),
        amount(floor, result.unit) if floor is not None else "",
        f"{number(ratio)}x" if ratio is not None else "",
        _budget(result),
        VERDICTS[result.met],
    )


def _budget(figure: Figure) -> str:
    parts = []
    if figure.most_times is not None:
        parts.append(f"{number(figure.most_times)}x o piso")
    if figure.most is not None:
        parts.append(amount(figure.most, figure.unit))
    return ", ".join(parts)


def amount(value: float, unit: str) -> str:
    return f"{number(value)} {unit}"


def number(value: float) -> str:
    """Two decimals where they say something, with a comma.

    >>> number(2.345), number(147.98), number(6.0)
    ('2,35', '148', '6,00')
    """
    return (f"{value:.0f}" if value >= 100 else f"{value:.2f}").replace(".", ",")

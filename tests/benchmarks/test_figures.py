"""The arithmetic of the benchmarks: medians, ratios, budgets, percentiles, and how they are told."""

from __future__ import annotations

import pytest

from benchmarks.figures import Effort, Figure, Skipped, alternate, percentile
from benchmarks.table import number, table


def test_the_median_is_of_the_runs_and_the_ratio_is_of_the_medians() -> None:
    figure = Figure("passo", "ms", ours=(9.0, 5.0, 100.0), floor=(2.0, 1.0, 40.0))

    assert (figure.median, figure.floor_median, figure.ratio) == (9.0, 2.0, 4.5)


@pytest.mark.parametrize(
    ("most", "most_times", "met"),
    [(None, None, None), (5.0, None, True), (4.9, None, False), (None, 2.5, True),
     (None, 2.4, False), (5.0, 2.4, False), (4.0, 2.5, False)],
)  # fmt: skip
def test_a_figure_is_met_when_every_budget_holds(
    most: float | None, most_times: float | None, met: bool | None
) -> None:
    figure = Figure("passo", "ms", ours=(5.0,), floor=(2.0,), most=most, most_times=most_times)

    assert figure.met is met


def test_a_budget_in_times_a_floor_that_was_not_measured_is_not_met() -> None:
    assert Figure("passo", "ms", ours=(5.0,), most_times=2.0).met is False


def test_runs_of_both_sides_are_taken_in_turn() -> None:
    order: list[str] = []

    def run(name: str, value: float) -> float:
        order.append(name)
        return value

    ours, floor = alternate(2, lambda: run("ours", 3.0), lambda: run("floor", 1.0))

    assert order == ["ours", "floor", "ours", "floor"]
    assert (ours, floor) == ((3.0, 3.0), (1.0, 1.0))


@pytest.mark.parametrize(
    ("many", "share", "expected"), [(1, 0.99, 1), (100, 0.99, 99), (101, 0.99, 100), (4, 0.5, 2)]
)
def test_a_percentile_is_a_value_that_was_measured(many: int, share: float, expected: int) -> None:
    values = [float(value) for value in range(many, 0, -1)]

    assert percentile(values, share) == expected


def test_a_measurement_is_five_runs_and_a_trial_is_one() -> None:
    assert (Effort().runs, Effort(quick=True).runs) == (5, 1)
    assert (Effort().of(30, 2), Effort(quick=True).of(30, 2)) == (30, 2)


def test_the_table_shows_ratio_and_budget_and_shouts_what_was_skipped_or_missed() -> None:
    missed = Figure("passo", "ms", ours=(5.0,), floor=(2.0,), most_times=2.0, floor_is="o mínimo")
    lines = list(table([missed, Skipped("snmp", "falta o pacote snmpd")]))

    cells = [cell.strip() for cell in lines[2].strip("|").split("|")]
    assert cells == ["passo", "5,00 ms", "2,00 ms", "2,50x", "2,00x o piso", "NÃO CUMPRIDO"]
    assert "- passo: piso: o mínimo" in lines
    assert "PULADO: snmp: falta o pacote snmpd" in lines


def test_what_is_kept_holds_every_run() -> None:
    figure = Figure("passo", "ms", ours=(5.0, 6.0, 7.0), floor=(2.0, 2.0, 3.0), most_times=2.5)

    kept = figure.as_json()

    assert kept["ours"] == [5.0, 6.0, 7.0]
    assert (kept["median"], kept["floor_median"], kept["met"]) == (6.0, 2.0, False)


def test_numbers_are_written_with_a_comma() -> None:
    assert [number(value) for value in (0.126, 12.0, 147.98)] == ["0,13", "12,00", "148"]

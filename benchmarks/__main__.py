"""`python -m benchmarks [--quick] [--only NAME]`: measure, show a table, keep the numbers."""

from __future__ import annotations

import argparse
import json
import platform
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import lint, load, page, replay, routeros, searching, snmp, start, step
from benchmarks.figures import Effort, Result
from benchmarks.installation import installed
from benchmarks.table import table

RESULTS = Path(__file__).parent / "results"


def _in_process(effort: Effort) -> list[Result]:
    with installed() as place:
        return [
            *step.run(place, effort),
            *replay.run(place, effort),
            *routeros.run(place.lab, effort),
        ]


GROUPS: dict[str, Callable[[Effort], Sequence[Result]]] = {
    "processo": _in_process,
    "snmp": snmp.run,
    "lint": lint.run,
    "busca": searching.run,
    "pagina": page.run,
    "carga": load.run,
    "partida": start.run,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 0 when it ran, whatever the verdicts: a loaded machine is not a broken product."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="um giro mínimo; não mede nada")
    parser.add_argument("--only", choices=sorted(GROUPS), action="append")
    parser.add_argument("--results", type=Path, default=RESULTS)
    args = parser.parse_args(arguments)
    effort = Effort(quick=args.quick)
    results: list[Result] = []
    for name in args.only or GROUPS:
        print(f"medindo: {name}…", file=sys.stderr, flush=True)
        results += GROUPS[name](effort)
    lines = [*machine(), "", *table(results)]
    print("\n".join(lines))
    keep(args.results, results, effort)
    return 0


def machine() -> Iterator[str]:
    """What the figures were measured on."""
    cpu = next(_cpu_names(), platform.processor() or "?")
    cores = len([None for _ in _cpu_names()])
    yield f"{cpu}, {cores} núcleos, Python {platform.python_version()}, {platform.system()}"


def _cpu_names() -> Iterator[str]:
    info = Path("/proc/cpuinfo")
    for line in info.read_text(encoding="ascii").splitlines() if info.exists() else ():
        if line.startswith("model name"):
            yield line.partition(":")[2].strip()


def keep(folder: Path, results: Sequence[Result], effort: Effort) -> Path:
    """Write the numbers as JSON; the folder is not under version control."""
    folder.mkdir(parents=True, exist_ok=True)
    now = datetime.now(UTC)
    file = folder / f"{now:%Y%m%d-%H%M%S}{'-quick' if effort.quick else ''}.json"
    body = {
        "at": now.isoformat(timespec="seconds"),
        "machine": next(machine()),
        "quick": effort.quick,
        "figures": [result.as_json() for result in results],
    }
    file.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


if __name__ == "__main__":
    raise SystemExit(main())

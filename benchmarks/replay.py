"""Replay of 40 events: the logs are those of calls prepared on the demo, read once."""

from __future__ import annotations

from time import process_time

from benchmarks.calls import prepare
from benchmarks.figures import Effort, Figure
from benchmarks.installation import Installation
from kbwizard.wizard.replay import replay

MOST_MS = 1.0


def run(place: Installation, effort: Effort) -> list[Figure]:
    prepared = prepare(place, customer=8, events=40)
    standing = place.desk.walks.stand(prepared.walk_id)
    bundle, events, now = standing.bundle, list(standing.events), standing.now
    times = effort.of(200, 2)

    def one() -> float:
        began = process_time()
        for _ in range(times):
            replay(bundle, events, now)
        return (process_time() - began) * 1000 / times

    one()
    return [
        Figure(
            name=f"replay de {len(events)} eventos",
            unit="ms CPU",
            ours=tuple(one() for _ in range(effort.runs)),
            most=MOST_MS,
            note="atendimento com reinício acompanhado",
        )
    ]

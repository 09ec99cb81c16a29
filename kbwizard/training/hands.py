"""Walks whose customer has hands: what is confirmed in an exercise happens at the lab's home."""

from __future__ import annotations

from collections.abc import Callable

from kbwizard.walks.service import Standing, Walks


def nothing(_standing: Standing) -> None:
    """Nobody does anything."""


class WalksWithHands(Walks):
    """The same walks; `does` is called with where the walk stood when it was confirmed."""

    does: Callable[[Standing], None] = staticmethod(nothing)

    def confirm(self, walk_id: int, *, visit: int, by: str, already: bool = False) -> Standing:
        """ "Já fez" is believed and moves no hand: the uptime tells on who did not."""
        before = self.stand(walk_id)
        after = super().confirm(walk_id, visit=visit, by=by, already=already)
        if not already:
            self.does(before)
        return after

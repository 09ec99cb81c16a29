"""One generation of the index as it is held in memory, shared by all threads and never changed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kbwizard.search.alike import Alike
from kbwizard.search.documents import Document, Kind
from kbwizard.search.engine import lengths, load, open_searcher, segments, stored
from kbwizard.search.phrases import Phrases, read_phrases
from kbwizard.search.spelling import Nearby
from kbwizard.search.store import SYNONYMS, Change, Stamp
from kbwizard.search.synonyms import Synonyms, with_shipped
from kbwizard.search.vocabulary import Vocabulary, read_vocabulary
from kbwizard.search.weights import TermWeights

Shown = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Generation:
    """`documents` is what is stored of each, by number; empty where one was taken out."""

    stamp: Stamp
    memory: Any
    """The index's files; what becomes of the folder no longer matters."""
    documents: tuple[Shown, ...]
    segments: int
    weights: TermWeights
    phrases: Phrases
    synonyms: Synonyms
    nearby: Nearby
    alike: Alike
    _learning: threading.Lock = field(default_factory=threading.Lock)
    _vocabularies: dict[str, Vocabulary] = field(default_factory=dict)
    _scopes: dict[tuple[str, frozenset[str]], set[int]] = field(default_factory=dict)
    """Numbers that an audience may see, by audience and kinds; filled as they are asked for."""

    def scope(
        self, audience: str, kinds: Collection[Kind] | None, topics: Collection[str] | None
    ) -> set[int]:
        key = (audience, frozenset(kinds if kinds is not None else ("article", "tree", "node")))
        if key not in self._scopes:
            self._scopes[key] = {
                number
                for number, shown in enumerate(self.documents)
                if shown and audience in shown["audiences"] and shown["kind"] in key[1]
            }
        found = self._scopes[key]
        if topics is None:
            return found
        wanted = set(topics)
        return {
            number for number in found if not wanted.isdisjoint(self.documents[number]["topics"])
        }

    def vocabulary(self, audience: str) -> Vocabulary:
        """The words of what one audience may find."""
        known = self._vocabularies.get(audience)
        if known is not None:
            return known
        with self._learning:
            if audience not in self._vocabularies:
                seen = [one for one in self.documents if one and audience in one["audiences"]]
                self._vocabularies[audience] = read_vocabulary(
                    seen, audience, self.nearby, self.alike
                )
            return self._vocabularies[audience]

    def change_to(self, documents: Sequence[Document]) -> Change:
        """What has to go and to come for the index to hold these documents."""
        held = {shown["key"]: shown["print"] for shown in self.documents if shown}
        wanted = {document.key: document.fingerprint for document in documents}
        gone = [key for key, print_ in held.items() if wanted.get(key) != print_]
        come = [one for one in documents if held.get(one.key) != one.fingerprint]
        return Change(gone, come)

    def worn(self, change: Change, *, most_segments: int, share: float) -> bool:
        """Whether another change would cost more than making everything anew."""
        taken_out = sum(not shown for shown in self.documents) + len(change.gone)
        moved = max(taken_out, len(change.come))
        return self.segments > most_segments or moved > share * max(len(self.documents), 1)


def open_generation(
    stamp: Stamp,
    files: Mapping[str, bytes],
    before: Generation | None,
    nearby: Nearby,
    alike: Alike,
) -> Generation:
    """A generation over files that were checked. Audiences that searched before find it warm."""
    memory = load({name: data for name, data in files.items() if name != SYNONYMS})
    with open_searcher(memory) as searcher:
        documents = stored(searcher)
        parts = segments(searcher)
        weights = TermWeights(lengths(searcher), sum(map(bool, documents)))
    synonyms = with_shipped(files.get(SYNONYMS, b"").decode())
    phrases = read_phrases(documents)
    opened = Generation(stamp, memory, documents, parts, weights, phrases, synonyms, nearby, alike)
    for audience in before._vocabularies if before is not None else ():
        opened.vocabulary(audience)
    return opened

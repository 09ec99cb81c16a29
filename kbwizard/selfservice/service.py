"""`SelfService`: the one thing that the help pages, the desk and the API know of this package."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from kbwizard.db import core_writing
from kbwizard.selfservice import (
    asking,
    ending,
    figures,
    forgetting,
    identifying,
    news,
    notices,
    phones,
    subject,
    ties,
    visits,
    walking,
)
from kbwizard.selfservice.values import (
    Begun,
    Figures,
    Handle,
    LineChoice,
    LinkInfo,
    LinkMade,
    News,
    PublicOutage,
    Visit,
)
from kbwizard.selfservice.workings import Workings
from kbwizard.walks.service import Said, Standing


class SelfService:
    """Customers who help themselves. Safe to share between threads.

    Errors are those of `kbwizard.errors`: `Conflict` once an agent took the walk over or too many
    codes were wrong, `NotFound` for what is unknown, used or expired, `StaleForm`, `InvalidInput`.
    """

    def __init__(self, workings: Workings) -> None:
        self._workings = workings

    # Visits ------------------------------------------------------------------------------------

    def begin(self, *, channel: str, district: str = "") -> Begun:
        """A new visit and its walk. `channel`: page or api."""
        return visits.begin(self._workings, channel=channel, district=district)

    def resume(self, token: str) -> Visit | None:
        """The visit of a token; None when unknown or expired (24 h after the last use)."""
        return visits.resume(self._workings, token)

    def restart(self, visit: Visit) -> Begun:
        """A new walk for the same browser, about the same line; it gets a token of its own."""
        return visits.restart(self._workings, visit)

    def fresh(self, visit: Visit) -> Visit:
        """The visit as it stands now."""
        return self._workings.fresh(visit)

    def standing(self, visit: Visit) -> Standing:
        """Where the walk stands, reading nothing."""
        return self._workings.walks.stand(visit.walk_id)

    def advance(self, visit: Visit) -> Standing:
        """Where it stands after reading what it waits for, or saying that it cannot be read.

        The only way for a page to have a customer's checks run: see `may_read`.
        """
        return walking.advance(self._workings, visit)

    # Walking -----------------------------------------------------------------------------------

    def say_what_about(self, visit: Visit, tree: str) -> None:
        """Who comes from an article about that tree need not say what is happening."""
        subject.say_what_about(self._workings, visit, tree)

    def answer(self, visit: Visit, *, visit_number: int, said: Said) -> Standing:
        return walking.answer(self._workings, visit, visit_number=visit_number, said=said)

    def confirm(self, visit: Visit, *, visit_number: int, already: bool = False) -> Standing:
        return walking.confirm(self._workings, visit, visit_number=visit_number, already=already)

    def give_up(self, visit: Visit, *, visit_number: int) -> Standing:
        return walking.give_up(self._workings, visit, visit_number=visit_number)

    def back(self, visit: Visit, *, visit_number: int | None = None) -> Standing:
        """With a number, pressing twice goes back once: the second is a `StaleForm`."""
        return walking.back(self._workings, visit, visit_number=visit_number)

    def conclude(self, visit: Visit, *, visit_number: int) -> Visit:
        """Let the outcome take effect; afterwards `visit.ending`, or `visit.asked_person`."""
        return ending.conclude(self._workings, visit, visit_number=visit_number)

    # Outages and districts ---------------------------------------------------------------------

    def districts(self) -> tuple[str, ...]:
        return self._workings.directory.districts()

    def set_district(self, visit: Visit, district: str) -> Visit:
        return visits.set_district(self._workings, visit, district)

    def outage_of(self, visit: Visit) -> PublicOutage | None:
        return notices.outage_of(self._workings, visit)

    def outages_by_district(self, district: str) -> PublicOutage | None:
        return notices.outage_of_district(self._workings, district)

    # A person ----------------------------------------------------------------------------------

    def ask_person(
        self, visit: Visit, *, name: str = "", phone: str = "", best_time: str = ""
    ) -> Handle:
        """Protocol and code. Asked again: the same protocol, a fresh code; what is said is kept."""
        return asking.ask_person(self._workings, visit, name=name, phone=phone, best_time=best_time)

    def code_of(self, visit: Visit) -> str:
        """A fresh code as `ABCD-EFGH`. Two older ones of the visit still work."""
        return asking.code_of(self._workings, visit)

    def resume_by_code(self, code: str, *, origin: str, channel: str = "page") -> Begun:
        """On another phone, or in a chat. `origin`: the address the request came from."""
        return asking.resume_by_code(self._workings, code, origin=origin, channel=channel)

    def news(self, visit: Visit) -> News | None:
        """What became of the visit's case; None while there is none."""
        return news.news_of(self._workings, visit)

    # The agent ---------------------------------------------------------------------------------

    def open_code(self, code: str, *, by: str, origin: str) -> str:
        """Take the walk over by its code; the case's protocol."""
        return asking.open_code(self._workings, code, by=by, origin=origin)

    def take_over(self, protocol: str, *, by: str) -> None:
        """Take the walk over from the queue, without a code. `Conflict` when somebody has it."""
        asking.take_over(self._workings, protocol, by=by)

    def waits_for_agent(self, protocol: str) -> bool:
        """Whether a customer's walk of this case was not taken over yet."""
        return identifying.waits_for_agent(self._workings, protocol)

    def identify(self, protocol: str, *, customer_id: int, line_id: int, by: str) -> str:
        """Tie an unidentified case and its walks to a line; the protocol it goes on under."""
        return identifying.identify(
            self._workings, protocol, customer_id=customer_id, line_id=line_id, by=by
        )

    def link_for(self, line_id: int, *, case_protocol: str | None, by: str) -> LinkMade:
        return ties.link_for(self._workings, line_id, case_protocol=case_protocol, by=by)

    def links_of(self, case_protocol: str) -> list[LinkInfo]:
        """The links sent in a case, newest first, without their tokens."""
        return ties.links_of(self._workings, case_protocol)

    def revoke_link(self, link_id: int, *, by: str) -> None:
        ties.revoke_link(self._workings, link_id, by=by)

    # Tying a line ------------------------------------------------------------------------------

    def look_at_link(self, token: str, visit: Visit | None = None) -> bool:
        """Whether its button would work, for this visit or a new one. Changes nothing."""
        return ties.look_at_link(self._workings, token, visit)

    def tie_by_link(self, visit: Visit, token: str) -> Visit:
        return ties.tie_by_link(self._workings, visit, token)

    def sends_codes(self) -> bool:
        """Whether this installation can send a code to a phone."""
        return self._workings.sender is not None

    def send_phone_code(self, visit: Visit, *, phone: str, origin: str = "") -> None:
        """The same answer for every complete phone. `origin`: the address of the request."""
        phones.send_phone_code(self._workings, visit, phone=phone, origin=origin)

    def tie_by_phone_code(self, visit: Visit, code: str) -> Visit:
        """Tied afterwards, unless the phone has several lines: then `choices` has them."""
        return phones.tie_by_phone_code(self._workings, visit, code)

    def choices(self, visit: Visit) -> tuple[LineChoice, ...]:
        return phones.choices_of(self._workings, visit)

    def choose_line(self, visit: Visit, line_id: int) -> Visit:
        return phones.choose_line(self._workings, visit, line_id)

    def tie_by_address(self, visit: Visit, address: str) -> Visit:
        """Tied if the address is a line's own; as it was otherwise."""
        return ties.tie_by_address(self._workings, visit, address)

    def may_read(self, visit: Visit) -> bool:
        return walking.may_read(self._workings, visit)

    # At the end --------------------------------------------------------------------------------

    def feedback(self, visit: Visit, *, helped: str, score: int | None, comment: str) -> None:
        """`helped`: yes, partly or no; `score` 1 to 5 or None."""
        ending.feedback(self._workings, visit, helped=helped, score=score, comment=comment)

    def figures(self, since: datetime, until: datetime) -> Figures:
        return figures.figures(self._workings, since, until)

    def erase(self, visit_ids: Collection[int]) -> None:
        """Empty what is personal of these visits."""
        with core_writing(self._workings.engine) as connection:
            forgetting.erase(connection, visit_ids)

    def purge(self, before: datetime, *, dry_run: bool = False) -> int:
        """Forget anonymous runs last used before; how many. The purge command goes by parts."""
        with core_writing(self._workings.engine) as connection:
            ids = forgetting.visits_past_term(connection, before)
            if not dry_run:
                forgetting.forget_visits(connection, ids)
                forgetting.sweep(connection, self._workings.now(), before)
            return len(ids)

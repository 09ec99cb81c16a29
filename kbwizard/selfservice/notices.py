"""Outages as a customer may hear of them: section 10 of the call-desk rules, and nothing else.

A tied line is covered as the desk sees it. A customer who only named a district is surely covered
by a notice for everybody or for that district, and probably by one of an access site or OLT on
which most of the district's lines hang; narrower notices say nothing about them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from zoneinfo import ZoneInfo

from kbwizard.cases.models import Outage
from kbwizard.cases.outages import Place
from kbwizard.content.forbidden import find_forbidden
from kbwizard.directory.districts import DistrictPlant
from kbwizard.directory.folding import fold
from kbwizard.selfservice.values import PublicOutage, Visit
from kbwizard.selfservice.workings import Workings
from kbwizard.wizard.facts import Reading, Scalar, Source

FAILURE = "Houve uma falha que atingiu a sua região e nossa equipe já trabalha na manutenção."
EVERYBODY = "Houve uma falha na nossa rede e nossa equipe já trabalha na manutenção."
PERHAPS = "Houve uma falha que pode ter atingido a sua região. Nossa equipe trabalha nela."
NO_FORECAST = "Ainda não temos uma previsão confirmada; avisaremos assim que houver."
MOST = 0.5
"""More than this share of a district's lines: the notice is probably about who lives there."""


def outage_of(workings: Workings, visit: Visit) -> PublicOutage | None:
    """The outage this customer should hear of before anything else, if any."""
    found = _covering(workings, visit)
    return _public(workings, *found, visit.case_protocol) if found else None


def outage_of_district(workings: Workings, district: str) -> PublicOutage | None:
    """The same for somebody who has not begun yet and only names a district."""
    found = _of_district(workings, district)
    return _public(workings, *found, "") if found else None


def certain_outage(workings: Workings, visit: Visit) -> Outage | None:
    """The notice that surely covers this customer."""
    found = _covering(workings, visit)
    return found[0] if found and found[1] else None


def facts_of_district(workings: Workings, visit: Visit) -> Mapping[str, Reading]:
    """What a named district alone lets us say about outages, as facts; only what is sure."""
    if visit.line_id is not None:
        return {}
    outage = certain_outage(workings, visit)
    if outage is None:
        return {}
    now = workings.now()
    said: dict[str, Scalar] = {
        "outage.active": True,
        "outage.kind": outage.kind,
        "outage.scope": outage.scope,
        "outage.forecast_state": _forecast_state(outage, now),
    }
    coming = _coming(outage, now)
    if coming is not None:
        said["outage.forecast"] = coming.isoformat()
    return {
        fact: Reading(fact, value, Source.CASE, now, "paradas, pelo bairro")
        for fact, value in said.items()
    }


def told_time(moment: datetime, now: datetime, zone: ZoneInfo) -> str:
    """A moment as customers read it: "hoje, 16h30"; "amanhã, 9h"; "23/11, 9h"."""
    local, today = moment.astimezone(zone), now.astimezone(zone)
    hour = f"{local.hour}h{local.minute:02d}" if local.minute else f"{local.hour}h"
    days = (local.date() - today.date()).days
    day = {0: "hoje", 1: "amanhã"}.get(days, f"{local:%d/%m}")
    return f"{day}, {hour}"


def words(outage: Outage, now: datetime, zone: ZoneInfo, *, certain: bool, protocol: str) -> str:
    """The sentences of section 10. The lead's own words for customers come first, if they may."""
    own = " ".join(outage.customer_text.split())
    if own and not find_forbidden(own):
        said = own if own.endswith((".", "!", "?")) else f"{own}."
    else:
        said = PERHAPS if not certain else EVERYBODY if outage.scope == "all" else FAILURE
    coming = _coming(outage, now)
    when = f"Previsão de retorno: {told_time(coming, now, zone)}." if coming else NO_FORECAST
    number = f"Protocolo: {protocol}." if protocol else ""
    return " ".join(part for part in (said, when, number) if part)


def _covering(workings: Workings, visit: Visit) -> tuple[Outage, bool] | None:
    if visit.line_id is None:
        return _of_district(workings, visit.district)
    place = workings.place_of(str(visit.line_id)) or Place(district=visit.district)
    outage = workings.outages.covering(place)
    return (outage, True) if outage is not None else None


def _of_district(workings: Workings, district: str) -> tuple[Outage, bool] | None:
    """(notice, whether it surely covers who lives there)."""
    sure = workings.outages.covering(Place(district=district))
    if sure is not None:
        return sure, True
    wide = [one for one in workings.outages.active() if one.scope in ("pop", "olt")]
    if not wide or not fold(district):
        return None
    plant = workings.directory.plant_of_district(district)
    likely = next((one for one in wide if _share(plant, one) > MOST), None)
    return (likely, False) if likely is not None else None


def _share(plant: DistrictPlant, outage: Outage) -> float:
    where = plant.pops if outage.scope == "pop" else plant.olts
    return where.get(fold(outage.target), 0) / plant.lines if plant.lines else 0.0


def _public(workings: Workings, outage: Outage, certain: bool, protocol: str) -> PublicOutage:
    now = workings.now()
    return PublicOutage(
        id=outage.id or 0,
        text=words(outage, now, workings.zone, certain=certain, protocol=protocol),
        forecast_at=_coming(outage, now),
        certain=certain,
    )


def _coming(outage: Outage, now: datetime) -> datetime | None:
    """The forecast, unless it has passed: that is never read out. A suspicion promises nothing."""
    at = outage.forecast_at
    return at if at is not None and at > now and outage.kind == "declared" else None


def _forecast_state(outage: Outage, now: datetime) -> str:
    if outage.forecast_at is None:
        return "none"
    return "confirmed" if outage.forecast_at > now else "passed"

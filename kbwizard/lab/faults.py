"""The named faults, as data: what each does to the ONU, the PPPoE session and the traffic."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from kbwizard.errors import InvalidInput

OnuState = Literal[
    "online", "registering", "los", "dying_gasp", "offline", "auth_failed", "disabled", "absent"
]
SessionMode = Literal["up", "none", "stuck", "double", "flapping", "zombie"]
Reject = Literal["password", "unknown", "mac", "already", "blocked", "radius", "pool"]
Cure = Literal["restart", "drop"]

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that can be wrong with an access.

    `age_s` is how long ago it began when nobody says otherwise. `spreads` is the share of the
    PON that goes dark with the subscriber; `group_onu` is the state those neighbours take.
    """

    name: str
    says: str
    onu: OnuState = "online"
    rx_dbm: float | None = None
    session: SessionMode = "up"
    traffic: bool = True
    reject: Reject | None = None
    lan_mbps: int | None = None
    """0 is no link; None is the port's own speed."""
    blocked: bool = False
    loss_every: int = 0
    """Every n-th echo is lost; 1 loses them all."""
    queue_share: float = 1.0
    fills: Literal["", "up", "down"] = ""
    """The direction in which the customer's own use takes all that the queue lets through."""
    delay_ms: int = 0
    """What a full queue adds to every echo."""
    silent: bool = False
    age_s: int = 4 * MINUTE
    spreads: float = 0.0
    falls: Literal["los", "dying_gasp", "session"] = "los"
    """What a flapping line loses each time: light, power, or only the router's session."""
    swapped: bool = False
    """Another ONU than the records' answers at this place."""
    cured_by: frozenset[Cure] = frozenset()

    @property
    def is_dark(self) -> bool:
        """The ONU is not in service, whatever the customer restarts."""
        return self.onu != "online"


_BOTH: frozenset[Cure] = frozenset({"restart", "drop"})
_DROP: frozenset[Cure] = frozenset({"drop"})
_RESTART: frozenset[Cure] = frozenset({"restart"})

_ALL = (
    Fault("none", "tudo certo", age_s=0),
    Fault("los", "fibra rompida: ONU sem luz", onu="los", session="none"),
    Fault("dying_gasp", "aparelho sem energia", onu="dying_gasp", session="none", age_s=6 * MINUTE),
    Fault("offline", "ONU fora do ar sem causa conhecida", onu="offline", session="none"),
    Fault("weak", "sinal no limite", rx_dbm=-26.5, age_s=2 * DAY),
    Fault("critical", "sinal crítico", rx_dbm=-28.6, age_s=2 * DAY),
    Fault("saturated", "sinal saturado", rx_dbm=-6.0, age_s=2 * DAY),
    Fault(
        "wrong_password", "senha do PPPoE errada", session="none", reject="password", age_s=45 * 60
    ),
    Fault(
        "unknown_login",
        "login que não existe no concentrador",
        session="none",
        reject="unknown",
        age_s=45 * MINUTE,
    ),
    Fault(
        "mac_locked",
        "MAC do roteador diferente do cadastrado",
        session="none",
        reject="mac",
        age_s=45 * MINUTE,
    ),
    Fault(
        "no_pool",
        "autentica e cai: sem endereço no pool",
        session="none",
        reject="pool",
        age_s=20 * MINUTE,
    ),
    Fault(
        "radius_down",
        "autenticação sem resposta do RADIUS",
        session="none",
        reject="radius",
        age_s=10 * MINUTE,
    ),
    Fault("blocked", "na lista de bloqueio, sessão no ar", blocked=True, age_s=5 * DAY),
    Fault(
        "blocked_reject",
        "bloqueado: autenticação recusada",
        session="none",
        reject="blocked",
        age_s=2 * HOUR,
    ),
    Fault(
        "stuck_session",
        "sessão presa no concentrador",
        session="stuck",
        traffic=False,
        reject="already",
        age_s=25 * MINUTE,
        cured_by=_DROP,
    ),
    Fault(
        "double_session",
        "duas sessões com o mesmo login",
        session="double",
        age_s=2 * HOUR,
        cured_by=_DROP,
    ),
    Fault("flapping", "cai e volta a cada sete minutos", session="flapping", age_s=5 * HOUR),
    Fault(
        "power_flapping",
        "aparelho que fica sem energia e volta a cada sete minutos",
        session="flapping",
        falls="dying_gasp",
        age_s=5 * HOUR,
    ),
    Fault(
        "router_flapping",
        "ONU firme, e só a sessão cai e volta a cada sete minutos",
        session="flapping",
        falls="session",
        age_s=5 * HOUR,
    ),
    Fault("cable_100", "cabo de rede negociando 100 Mbps", lan_mbps=100, age_s=9 * DAY),
    Fault(
        "mass_los",
        "rompimento: a maior parte da PON sem luz",
        onu="los",
        session="none",
        spreads=0.8,
        age_s=3 * MINUTE,
    ),
    Fault(
        "mass_power",
        "falta de energia na região da PON",
        onu="dying_gasp",
        session="none",
        spreads=0.7,
        age_s=3 * MINUTE,
    ),
    Fault(
        "suspect_los",
        "alguns vizinhos da PON sem luz",
        onu="los",
        session="none",
        spreads=0.25,
        age_s=3 * MINUTE,
    ),
    Fault(
        "not_authorised",
        "ONU não autorizada na OLT",
        onu="auth_failed",
        session="none",
        age_s=3 * HOUR,
    ),
    Fault("onu_disabled", "ONU desabilitada na OLT", onu="disabled", session="none", age_s=3 * DAY),
    Fault("swapped_onu", "ONU trocada: o cadastro aponta outra", swapped=True, age_s=9 * DAY),
    Fault("not_on_olt", "a OLT não conhece a ONU", onu="absent", age_s=30 * DAY),
    Fault(
        "router_off",
        "roteador desligado, ONU normal",
        session="none",
        lan_mbps=0,
        age_s=35 * MINUTE,
    ),
    Fault(
        "router_hung",
        "roteador travado: volta ao reiniciar",
        session="none",
        age_s=50 * MINUTE,
        cured_by=_RESTART,
    ),
    Fault("no_attempt", "roteador ligado que não tenta autenticar", session="none", age_s=3 * HOUR),
    Fault(
        "online_no_traffic",
        "sessão no ar sem tráfego",
        traffic=False,
        loss_every=1,
        age_s=30 * MINUTE,
        cured_by=_BOTH,
    ),
    Fault("business_loss", "perda de pacotes no enlace", loss_every=3, age_s=HOUR),
    Fault(
        "business_down",
        "link dedicado sem resposta",
        session="none",
        traffic=False,
        loss_every=1,
        age_s=20 * MINUTE,
    ),
    Fault("icmp_blocked", "roteador do cliente não responde ao ping", loss_every=1, age_s=30 * DAY),
    Fault(
        "wrong_profile",
        "fila com metade da velocidade contratada, até a próxima conexão",
        queue_share=0.5,
        age_s=6 * DAY,
        cured_by=_BOTH,
    ),
    Fault("reduced", "velocidade reduzida pelo contrato", queue_share=0.1, age_s=4 * DAY),
    Fault(
        "saturated_uplink",
        "envio cheio: o uso da casa toma tudo o que o plano deixa subir",
        fills="up",
        delay_ms=190,
        age_s=40 * MINUTE,
    ),
    Fault(
        "saturated_downlink",
        "recebimento cheio: o uso da casa toma tudo o que o plano deixa descer",
        fills="down",
        delay_ms=60,
        age_s=40 * MINUTE,
    ),
    Fault(
        "own_router",
        "roteador do próprio cliente, que não dá conta do plano; a rede está boa",
        age_s=60 * DAY,
    ),
    Fault(
        "zombie_light",
        "sem luz, mas a sessão ainda não caiu",
        onu="los",
        session="zombie",
        traffic=False,
        loss_every=1,
        age_s=40,
    ),
    Fault("silent_olt", "a OLT não responde sobre esta PON", silent=True, age_s=15 * MINUTE),
    Fault("old_dark", "ONU apagada há semanas", onu="los", session="none", age_s=21 * DAY),
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in _ALL}
NO_FAULT = FAULTS["none"]


def find_fault(name: str) -> Fault:
    """The fault of a name; raises `InvalidInput` with the names there are."""
    if name not in FAULTS:
        raise InvalidInput(f"Falha {name!r} desconhecida. Existem: {', '.join(FAULTS)}.")
    return FAULTS[name]


def dark_neighbours(fault: Fault, on_pon: int) -> int:
    """How many ONUs of a PON a spreading fault takes, the named one included.

    A suspicion (under half) takes at least three, a mass failure at least two.
    """
    least = 3 if fault.spreads < 0.5 else 2
    share = -(-int(fault.spreads * 100) * on_pon // 100)
    return min(on_pon, max(least, share))

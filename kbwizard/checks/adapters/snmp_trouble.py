"""What can go wrong between us and an OLT, in the words of a reading."""

from __future__ import annotations

from pysnmp.proto import errind

from kbwizard.checks.onu_index import BadPlace
from kbwizard.wizard.facts import Reason, Unavailable

SILENCE_V2C = "não respondeu; pode estar fora do ar, ou a community pode estar errada"
SILENCE_V3 = (
    "não respondeu ao SNMPv3; pode estar fora do ar, ou a chave de privacidade pode estar errada"
)
HALF_DEAF = "se apresenta pelo SNMPv3, mas não responde à leitura: confira a chave de privacidade"
"""net-snmp and devices built on it say nothing when they cannot decrypt."""
GARBAGE = "respondeu algo que não é SNMP"

_AUTH = {
    errind.WrongDigest: "recusou a chave de autenticação do SNMPv3",
    errind.AuthenticationFailure: "a chave de autenticação do SNMPv3 não confere",
    errind.AuthenticationError: "a chave de autenticação do SNMPv3 não confere",
    errind.DecryptionError: "a chave de privacidade do SNMPv3 não confere",
    errind.EncryptionError: "a chave de privacidade do SNMPv3 não serve",
    errind.UnknownUserName: "não conhece o usuário do SNMPv3",
    errind.UnknownSecurityName: "não conhece o usuário do SNMPv3",
    errind.UnsupportedSecurityLevel: "não aceita autenticação com privacidade deste usuário",
    errind.UnsupportedAuthProtocol: "não aceita o protocolo de autenticação",
    errind.UnsupportedPrivProtocol: "não aceita o protocolo de privacidade",
    errind.NotInTimeWindow: "recusou o relógio do SNMPv3 mesmo depois de sincronizar",
    errind.NoSuchContext: "não conhece o contexto do SNMPv3",
}

NO_ACCESS, AUTHORIZATION_ERROR, TOO_BIG = 6, 16, 1


class SnmpTrouble(Exception):
    """An OLT could not be read. `detail` is for the agent and names no secret."""

    def __init__(self, reason: Reason, detail: str) -> None:
        self.reason = reason
        self.detail = detail
        super().__init__(f"{reason}: {detail}")

    def as_unavailable(self, olt: str) -> Unavailable:
        return Unavailable(self.reason, f"{olt}: {self.detail}")


class PduError(SnmpTrouble):
    """The OLT answered with an error status. `index` counts varbinds from 1, 0: none named."""

    def __init__(self, status: int, index: int) -> None:
        self.status = status
        self.index = index
        reason = Reason.AUTH if status == AUTHORIZATION_ERROR else Reason.BAD_REPLY
        super().__init__(reason, f"respondeu com o erro SNMP {status} (posição {index})")


def is_silence(indication: object) -> bool:
    """Nothing that could be used came back in time."""
    return isinstance(indication, errind.RequestTimedOut)


def indication_trouble(indication: object, *, v3: bool, garbage: bool) -> SnmpTrouble:
    """What pysnmp's error indication means. Silence and rubbish are told apart by `garbage`."""
    if is_silence(indication):
        if garbage:
            return SnmpTrouble(Reason.BAD_REPLY, GARBAGE)
        return SnmpTrouble(Reason.TIMEOUT, SILENCE_V3 if v3 else SILENCE_V2C)
    for kind, detail in _AUTH.items():
        if isinstance(indication, kind):
            return SnmpTrouble(Reason.AUTH, detail)
    return SnmpTrouble(Reason.BAD_REPLY, f"resposta que não serve: {str(indication)[:80]}")


def place_trouble(error: BadPlace) -> Unavailable:
    """The line's record cannot lead to a row of this OLT."""
    return Unavailable(Reason.NOT_CONFIGURED, str(error))

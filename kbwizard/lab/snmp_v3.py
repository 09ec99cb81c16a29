"""The SNMPv3 side of an agent: discovery, time windows, reports, authPriv (RFC 3412, RFC 3414)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from kbwizard.lab import ber, usm
from kbwizard.lab.ber import BerError, Oid, Value
from kbwizard.lab.snmp_message import REPORT, VERSION_3, Pdu, pack_pdu, parse_pdu

AUTH, PRIV, REPORTABLE = 1, 2, 4
TIME_WINDOW_S = 150
USM_STATS = ber.oid("1.3.6.1.6.3.15.1.1")
UNSUPPORTED_LEVEL, NOT_IN_WINDOW, UNKNOWN_USER = 1, 2, 3
UNKNOWN_ENGINE, WRONG_DIGEST, DECRYPTION_ERROR = 4, 5, 6


@dataclass(frozen=True, slots=True)
class Incoming:
    """A v3 request taken apart. `raw` is the datagram, for its digest."""

    raw: bytes
    message_id: int
    flags: int
    engine_id: bytes
    boots: int
    time: int
    user: bytes
    digest: bytes
    salt: bytes
    payload: Value


@dataclass
class V3Engine:
    """One agent's engine. `seconds` is the engine's time since its boot."""

    engine_id: bytes
    boots: int
    user: usm.UsmUser
    seconds: Callable[[], int]
    refuse_digests: bool = False
    """Say "wrong digest" whatever the key (a changed pass phrase)."""
    reports: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._keys = usm.localise(self.user, self.engine_id)
        self._salts = count(1)

    def answer(
        self, raw: bytes, parts: list[Value], handle: Callable[[Pdu], Pdu | None]
    ) -> bytes | None:
        """The reply to one v3 datagram: a response, a report, or silence."""
        message = _parse(raw, parts)
        trouble = self._trouble(message)
        if trouble is not None:
            return self._report(message, trouble)
        plain = usm.decrypt(
            self._keys.priv,
            message.boots,
            message.time,
            message.salt,
            ber.expect(message.payload, ber.OCTETS),
        )
        try:
            scope = ber.read_all(ber.expect(ber.read(plain)[:2], ber.SEQUENCE))
            context, pdu = scope[1], parse_pdu(ber.wrap(*scope[2]))
        except (BerError, IndexError):
            return self._report(message, DECRYPTION_ERROR)
        reply = handle(pdu)
        return None if reply is None else self._seal(message, context, reply)

    def _trouble(self, message: Incoming) -> int | None:
        """The first of RFC 3414's checks that fails, as its usmStats number."""
        if message.engine_id != self.engine_id:
            return UNKNOWN_ENGINE
        if message.user != self.user.name.encode():
            return UNKNOWN_USER
        if message.flags & (AUTH | PRIV) != AUTH | PRIV:
            return UNSUPPORTED_LEVEL
        if self.refuse_digests or not self._is_signed(message):
            return WRONG_DIGEST
        late = abs(message.time - self.seconds()) > TIME_WINDOW_S
        if message.boots != self.boots or late:
            return NOT_IN_WINDOW
        return None

    def _is_signed(self, message: Incoming) -> bool:
        if len(message.digest) != usm.DIGEST_SIZE:
            return False
        blank = message.raw.replace(message.digest, usm.BLANK_DIGEST, 1)
        return usm.digest(self._keys.auth, blank) == message.digest

    def _report(self, message: Incoming, trouble: int) -> bytes | None:
        if not message.flags & REPORTABLE:
            return None
        self.reports[trouble] += 1
        name: Oid = (*USM_STATS, trouble, 0)
        value = ber.gauge(self.reports[trouble], 0x41)
        pdu = Pdu(REPORT, _request_id(message), 0, 0, ((name, value),))
        scoped = self._scoped((ber.OCTETS, b""), pdu)
        is_signed = trouble == NOT_IN_WINDOW
        return self._envelope(message, scoped, AUTH if is_signed else 0, b"")

    def _seal(self, message: Incoming, context: Value, reply: Pdu) -> bytes:
        salt = (self.boots << 32 | next(self._salts)).to_bytes(8, "big")
        scoped = self._scoped(context, reply)
        secret = usm.encrypt(self._keys.priv, self.boots, self.seconds(), salt, scoped)
        return self._envelope(message, ber.wrap(ber.OCTETS, secret), AUTH | PRIV, salt)

    def _scoped(self, context: Value, pdu: Pdu) -> bytes:
        return ber.sequence(ber.wrap(ber.OCTETS, self.engine_id), ber.wrap(*context), pack_pdu(pdu))

    def _envelope(self, message: Incoming, payload: bytes, flags: int, salt: bytes) -> bytes:
        """The message around a payload, signed when the flags say so."""
        unsigned = self._whole(message, payload, flags, salt, usm.BLANK_DIGEST)
        if not flags & AUTH:
            return self._whole(message, payload, flags, salt, b"")
        signature = usm.digest(self._keys.auth, unsigned)
        return self._whole(message, payload, flags, salt, signature)

    def _whole(
        self, message: Incoming, payload: bytes, flags: int, salt: bytes, digest: bytes
    ) -> bytes:
        header = ber.sequence(
            ber.wrap(*ber.integer(message.message_id)),
            ber.wrap(*ber.integer(65507)),
            ber.wrap(ber.OCTETS, bytes((flags,))),
            ber.wrap(*ber.integer(3)),
        )
        security = ber.sequence(
            ber.wrap(ber.OCTETS, self.engine_id),
            ber.wrap(*ber.integer(self.boots)),
            ber.wrap(*ber.integer(self.seconds())),
            ber.wrap(ber.OCTETS, message.user),
            ber.wrap(ber.OCTETS, digest),
            ber.wrap(ber.OCTETS, salt),
        )
        version = ber.wrap(*ber.integer(VERSION_3))
        return ber.sequence(version, header, ber.wrap(ber.OCTETS, security), payload)


def _parse(raw: bytes, parts: list[Value]) -> Incoming:
    if len(parts) != 4:
        raise BerError("a v3 message has four parts")
    header = ber.read_all(ber.expect(parts[1], ber.SEQUENCE))
    security = ber.read_all(ber.read(ber.expect(parts[2], ber.OCTETS))[1])
    if len(header) != 4 or len(security) != 6:
        raise BerError("header or security parameters are not whole")
    return Incoming(
        raw=raw,
        message_id=ber.parse_integer(header[0][1]),
        flags=header[2][1][0] if header[2][1] else 0,
        engine_id=security[0][1],
        boots=ber.parse_integer(security[1][1]),
        time=ber.parse_integer(security[2][1]),
        user=security[3][1],
        digest=security[4][1],
        salt=security[5][1],
        payload=parts[3],
    )


def _request_id(message: Incoming) -> int:
    """A report repeats the request id where it can be read (RFC 3412, 7.1)."""
    if message.payload[0] != ber.SEQUENCE:
        return 0
    return parse_pdu(ber.wrap(*ber.read_all(message.payload[1])[2])).request_id

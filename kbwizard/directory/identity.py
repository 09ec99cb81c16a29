"""Documents and phones: normalised, checked with a warning, hashed with a key, masked.

A plain hash of a CPF is undone by trying all of them, so the hash is keyed by a secret that the
database never holds. The first part of a stored hash names the key: after the installation's
secret changes, the next import writes every hash again.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass

import phonenumbers
from validate_docbr import CNPJ, CPF

from kbwizard.config import Secret

_NOT_ALPHANUMERIC = re.compile(r"[^0-9A-Za-z]")
_NOT_DIGIT = re.compile(r"\D")
_CNPJ_SHAPE = re.compile(r"[0-9A-Z]{12}[0-9]{2}")
_COUNTRY = "55"


@dataclass(frozen=True, slots=True)
class Phone:
    """E.164 digits without the plus sign, and whether the numbering plan knows such a number."""

    digits: str
    valid: bool


class Hasher:
    """Keyed hashes for finding a person by a complete document or phone."""

    def __init__(self, secret: Secret) -> None:
        self._key = _sign(secret.reveal().encode(), b"kbwizard directory lookup v1")
        self._key_id = _sign(self._key, b"key id").hex()[:8]

    def document(self, document: str) -> str:
        """The stored form of a document in any writing; empty for an empty one."""
        return self._hash("document", normalise_document(document))

    def phone(self, digits: str) -> str:
        """The stored form of E.164 digits; empty for an empty one."""
        return self._hash("phone", digits)

    def _hash(self, kind: str, value: str) -> str:
        if not value:
            return ""
        return f"{self._key_id}.{_sign(self._key, f'{kind}:{value}'.encode()).hex()}"


def _sign(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def normalise_document(text: str) -> str:
    """Letters and digits only, upper case: a CNPJ may hold letters since July 2026.

    >>> normalise_document("12.abc.345/01de-35")
    '12ABC34501DE35'
    """
    return _NOT_ALPHANUMERIC.sub("", text).upper()


def is_complete_document(text: str) -> bool:
    """Whether the text has the shape of a whole CPF or CNPJ; check digits are not looked at."""
    document = normalise_document(text)
    is_cpf = len(document) == 11 and document.isdigit()
    return is_cpf or _CNPJ_SHAPE.fullmatch(document) is not None


def document_is_valid(document: str) -> bool:
    """Whether a normalised document has right check digits as CPF or CNPJ."""
    if len(document) == 11:
        return bool(CPF().validate(document))
    return len(document) == 14 and bool(CNPJ().validate(document))


def mask_document(document: str) -> str:
    """`***.456.789-**` for a CPF, `**.***.345/01DE-**` for a CNPJ, two last signs of others."""
    if len(document) == 11 and document.isdigit():
        return f"***.{document[3:6]}.{document[6:9]}-**"
    if len(document) == 14:
        return f"**.***.{document[5:8]}/{document[8:12]}-**"
    return f"*****{document[-2:]}" if len(document) > 4 else "*****" if document else ""


def parse_phone(text: str) -> Phone:
    """A phone in any writing as E.164 digits, read as Brazilian where no country is given.

    Never refuses: numbering changes (a six in front from March 2027), so an unknown number is
    only marked as such.
    """
    try:
        number = phonenumbers.parse(text, "BR")
    except phonenumbers.NumberParseException:
        return Phone(_NOT_DIGIT.sub("", text), valid=False)
    digits = f"{number.country_code}{number.national_number}"
    return Phone(digits, valid=phonenumbers.is_valid_number(number) and _has_area_code(number))


def _has_area_code(number: phonenumbers.PhoneNumber) -> bool:
    return number.country_code != 55 or len(str(number.national_number)) >= 10


def phone_candidates(text: str) -> tuple[str, ...]:
    """The E.164 digits that a complete phone typed by an agent may mean; empty if incomplete.

    10 or 11 digits are area code and number, 12 or 13 begin with the country.
    """
    digits = _NOT_DIGIT.sub("", text)
    if len(digits) in (10, 11):
        return (_COUNTRY + digits.lstrip("0"),)
    return (digits,) if len(digits) in (12, 13) and digits.startswith(_COUNTRY) else ()


def mask_phone(digits: str) -> str:
    """`(11) *****-4321`; only the last two digits of a number of another shape.

    >>> mask_phone("5511900000042")
    '(11) *****-0042'
    """
    if not digits:
        return ""
    national = digits.removeprefix(_COUNTRY)
    if not digits.startswith(_COUNTRY) or len(national) not in (10, 11):
        return f"*****{digits[-2:]}"
    return f"({national[:2]}) {'*' * (len(national) - 6)}-{national[-4:]}"


def format_phone(digits: str) -> str:
    """`(11) 90000-0042`, for who revealed it; digits of another shape are left as they are."""
    national = digits.removeprefix(_COUNTRY)
    if not digits.startswith(_COUNTRY) or len(national) not in (10, 11):
        return digits
    return f"({national[:2]}) {national[2:-4]}-{national[-4:]}"

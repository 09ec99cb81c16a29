"""What customers write about themselves, masked by its shape where it is personal (documents,
phones, e-mails)."""

from __future__ import annotations

import re

from kbwizard.directory.identity import mask_document, mask_phone, normalise_document, parse_phone

_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_DOCUMENT = re.compile(
    r"(?<![0-9A-Za-z])(?:\d{3}[.\s]?\d{3}[.\s]?\d{3}[-\s]?\d{2}"
    r"|[0-9A-Za-z]{2}\.?[0-9A-Za-z]{3}\.?[0-9A-Za-z]{3}/?[0-9A-Za-z]{4}-?\d{2})(?![0-9A-Za-z])"
)
_PHONE = re.compile(r"(?<!\d)(?:\+?55[\s.-]?)?\(?\d{2}\)?[\s.-]?9?\d{4}[\s.-]?\d{4}(?!\d)")
_MOBILE = re.compile(r"\d{2}9\d{8}")
"""Eleven digits without any sign between them: a mobile phone, or a CPF that looks like one."""
_SHORT_PHONE = re.compile(r"(?<!\d)9?\d{4}[\s.-]?\d{4}(?!\d)")


def mask_personal(text: str) -> str:
    """The text with what looks personal masked. What only looks so is masked too.

    >>> mask_personal("CPF 000.123.456-00, fone (11) 90000-0042, eu@exemplo.net")
    'CPF ***.123.456-**, fone (11) *****-0042, e***@e…'
    """
    masked = _EMAIL.sub(lambda found: _email(found[0]), text)
    masked = _DOCUMENT.sub(lambda found: _document(found[0]), masked)
    masked = _PHONE.sub(lambda found: mask_phone(parse_phone(found[0]).digits), masked)
    return _SHORT_PHONE.sub("*****", masked)


def _email(address: str) -> str:
    name, _, domain = address.partition("@")
    return f"{name[0]}***@{domain[0]}…"


def _document(written: str) -> str:
    document = normalise_document(written)
    if len(document) == 14 and sum(sign.isdigit() for sign in document) < 6:
        return written  # a long word, not a CNPJ
    if _MOBILE.fullmatch(written):
        return mask_phone(f"55{document}")
    return mask_document(document)

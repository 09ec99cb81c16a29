"""Whatever is sent as a code, a link or a token opens nothing, and breaks nothing."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kbwizard.cases.words import one_line
from kbwizard.errors import Conflict, InvalidInput, NotFound
from kbwizard.selfservice.codes import (
    ALPHABET,
    LENGTH,
    new_code,
    new_digits,
    new_token,
    shown,
    typed_code,
    typed_digits,
)
from kbwizard.selfservice.personal import mask_personal
from tests.selfservice.conftest import Help

TEXTS = st.text(max_size=80) | st.binary(max_size=40).map(lambda raw: raw.decode("latin-1"))
CODES = st.text(ALPHABET, min_size=LENGTH, max_size=LENGTH)
SPELLINGS = st.sampled_from((str, str.lower, shown, lambda code: f" {code[:2]} {code[2:]}\n"))
fuzz = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@given(code=CODES, write=SPELLINGS)
def test_any_way_of_writing_a_code_is_the_code(code: str, write: object) -> None:
    assert typed_code(write(code)) == code  # type: ignore[operator]


@given(text=TEXTS)
def test_what_is_no_code_is_none(text: str) -> None:
    code, digits = typed_code(text), typed_digits(text)

    assert code == "" or (len(code) == LENGTH and set(code) <= set(ALPHABET))
    assert digits == "" or (len(digits) == 6 and digits.isascii() and digits.isdigit())


def test_the_alphabet_has_no_look_alikes_and_makes_no_words() -> None:
    for pair in ("0O", "1I", "1L", "2Z", "5S", "8B", "UV", "6G"):
        assert not set(pair) <= set(ALPHABET), pair
    assert not set("AEIOU") & set(ALPHABET)
    assert len(set(ALPHABET)) == len(ALPHABET)


def test_codes_and_tokens_do_not_repeat() -> None:
    codes = {new_code() for _ in range(2000)}

    assert len(codes) == 2000
    assert len({new_token() for _ in range(2000)}) == 2000
    assert all(typed_digits(new_digits()) for _ in range(200))


@pytest.mark.sqlite_only
@fuzz
@given(text=TEXTS | CODES)
def test_no_code_that_was_not_given_opens_anything(help_desk: Help, text: str) -> None:
    help_desk.clock.pass_time(hours=2)  # a new window: it is the code that is refused
    help_desk.service.code_of(help_desk.begin())

    with pytest.raises(NotFound):
        help_desk.service.resume_by_code(text, origin="192.0.2.1")
    with pytest.raises(NotFound):
        help_desk.service.open_code(text, by="ana", origin="192.0.2.1")


@pytest.mark.sqlite_only
@fuzz
@given(text=TEXTS)
def test_no_token_that_was_not_given_is_anybodys(help_desk: Help, text: str) -> None:
    assert help_desk.service.resume(text) is None
    assert help_desk.service.look_at_link(text) is False
    visit = help_desk.begin()
    with pytest.raises(NotFound):
        help_desk.service.tie_by_link(visit, text)


@pytest.mark.sqlite_only
@fuzz
@given(place=st.integers(0, 42), sign=st.sampled_from("Az09-_"))
def test_a_token_with_one_character_changed_is_nobodys(
    help_desk: Help, place: int, sign: str
) -> None:
    begun = help_desk.begun()
    token = begun.token
    other = sign if sign != token[place] else "x"

    assert help_desk.service.resume(token[:place] + other + token[place + 1 :]) is None
    assert help_desk.service.resume(token.swapcase()) is None
    assert help_desk.service.resume(token) == begun.visit


@pytest.mark.sqlite_only
@fuzz
@given(phone=TEXTS, code=TEXTS)
def test_no_phone_and_no_digits_tie_a_line_by_luck(help_desk: Help, phone: str, code: str) -> None:
    visit = help_desk.begin()

    with suppress(InvalidInput, Conflict):
        help_desk.service.send_phone_code(visit, phone=phone)
    with pytest.raises(InvalidInput):
        help_desk.service.tie_by_phone_code(visit, code)
    assert help_desk.service.fresh(visit).line_id is None


@pytest.mark.sqlite_only
@fuzz
@given(name=TEXTS, phone=TEXTS, best_time=TEXTS)
def test_whatever_is_written_of_oneself_is_kept_or_refused_by_field(
    help_desk: Help, name: str, phone: str, best_time: str
) -> None:
    visit = help_desk.begin()

    refused = False
    try:
        help_desk.service.ask_person(visit, name=name, phone=phone, best_time=best_time)
    except InvalidInput:
        refused = True

    row = help_desk.row(visit)
    assert row.contact_name == ("" if refused else one_line(name))
    assert (row.case_id is None) == refused


DIGITS = st.text("0123456789", min_size=11, max_size=11)


@given(digits=DIGITS, words=st.text("abc çã,.!", max_size=20))
def test_no_document_or_phone_goes_through_a_comment(digits: str, words: str) -> None:
    written = f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"
    phone = f"({digits[:2]}) 9{digits[2:6]}-{digits[6:10]}"

    masked = mask_personal(f"{words} {written} e {phone} ou {digits} {words}")

    assert written not in masked
    assert phone not in masked
    assert digits not in masked


@given(text=TEXTS)
def test_masking_never_fails_and_is_done_once(text: str) -> None:
    assert isinstance(mask_personal(text), str)

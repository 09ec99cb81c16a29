"""Each role on each route of the desk: what it may, and a plain refusal for the rest."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests.conftest import DEMO_NAMES, SignedIn
from tests.helpers.page import Page, get
from tests.web.desk.conftest import Snapshot
from tests.web.desk.test_bad_input import FORMS

ATTEND = {"agent", "n2", "n3", "lead", "admin"}
DECLARE = {"lead", "admin"}
REVEAL = ATTEND - {"n3"}
EVERYBODY = set(DEMO_NAMES)
SCREENS = {
    "/desk/": ATTEND,
    "/desk/cases": ATTEND,
    "/desk/keys": ATTEND,
    "/desk/outages": DECLARE,
    "/desk/articles": EVERYBODY,
    "/desk/articles/los-vermelha": EVERYBODY,
    "/desk/search?q=luz": EVERYBODY,
    "/desk/cases/{case}": ATTEND,
    "/desk/cases/{case}/record": ATTEND,
    "/desk/cases/{case}/pulse": ATTEND,
    "/desk/cases/{case}/links": ATTEND,
}


@pytest.mark.parametrize("role", DEMO_NAMES)
def test_a_role_sees_its_screens_and_no_others(client_as: SignedIn, case: str, role: str) -> None:
    browser = client_as(role)

    seen = {path for path in SCREENS if get(browser, path.format(case=case)).status == 200}

    assert seen == {path for path, roles in SCREENS.items() if role in roles}


@pytest.mark.parametrize("role", sorted(EVERYBODY - ATTEND))
@pytest.mark.parametrize("deed", FORMS)
def test_who_does_not_attend_writes_nothing_in_a_call(
    client_as: SignedIn, case: str, written: Snapshot, role: str, deed: str
) -> None:
    browser = client_as(role)
    token = get(browser, "/account").token()
    before = written()

    page = Page(
        browser.post(
            f"/desk/cases/{case}/{deed}", data={**FORMS[deed], "visit": "1", "csrf_token": token}
        )
    )

    assert page.status == 403
    assert "Seu papel não permite isto" in page["main"] or "papel" in page["main"]
    assert written() == before


@pytest.mark.parametrize("role", sorted(ATTEND))
def test_the_phone_is_shown_to_who_may_see_it(client_as: SignedIn, case: str, role: str) -> None:
    browser = client_as(role)
    call = get(browser, f"/desk/cases/{case}")

    shown = browser.post(
        f"/desk/cases/{case}/reveal",
        data={"what": "phone", "walk": "1", "csrf_token": call.token()},
    )

    assert (shown.status_code == 200) == (role in REVEAL)
    assert ("90000-0001" in shown.get_data(as_text=True)) == (role in REVEAL)


def test_nobody_signed_in_is_sent_to_the_sign_in(client: FlaskClient, case: str) -> None:
    for path in SCREENS:
        answer = client.get(path.format(case=case))

        assert answer.status_code in (302, 303), path
        assert "/account/sign-in" in answer.headers["Location"]

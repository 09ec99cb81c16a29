"""Signing in and out, one's own account, forms held over an expired sign-in, health."""

from __future__ import annotations

from flask import (
    Blueprint,
    Response,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from kbwizard.accounts import held, people, signins
from kbwizard.accounts.demo import DEMO_PASSWORD, DEMO_USERS
from kbwizard.accounts.models import User
from kbwizard.accounts.roles import Permission, role_may
from kbwizard.db import core_reading
from kbwizard.errors import InvalidInput, NotFound
from kbwizard.web.security import COOKIE, current_user, public, remembered, require, safe_next
from kbwizard.web.security import signed_in as me
from kbwizard.web.services import now, services

blueprint = Blueprint("account", __name__)

_DAY = 24 * 3600
_REFUSED = "Nome ou senha não conferem. Confira os dois e tente de novo."


@blueprint.get("/healthz")
@public
def health() -> Response:
    """Whether this process can answer and reach its database."""
    with core_reading(services().engine) as connection:
        connection.exec_driver_sql("SELECT 1")
    return Response("ok\n", mimetype="text/plain")


@blueprint.get("/")
@require(Permission.OWN_ACCOUNT)
def home() -> AnyResponse:
    """Each role to where its work is: calls, what it writes, or its exercises."""
    if me().may(Permission.ATTEND):
        return redirect("/desk", 303)
    screen = "writing.drafts" if me().may(Permission.EDIT_CONTENT) else "study.home"
    known = screen in current_app.view_functions
    return redirect(url_for(screen if known else "account.own"), 303)


@blueprint.get("/account/sign-in")
@public
def sign_in() -> AnyResponse:
    """The sign-in page; for who is already in, the way on."""
    onward = safe_next(request.args.get("next"))
    if current_user():
        return redirect(onward or "/", 303)
    return _sign_in_page(onward)


@blueprint.post("/account/sign-in")
@public
def enter() -> AnyResponse:
    """Check name and password. Refusals are counted by the limiter (status 401)."""
    name, onward = request.form.get("name", ""), safe_next(request.form.get("next"))
    user = people.check_password(services().engine, name, request.form.get("password", ""))
    if user is None:
        known = people.find_user(services().engine, name)
        signins.note_refusal(services().engine, known, now=now(), origin=request.remote_addr or "")
        return _sign_in_page(onward, name=name, error=_REFUSED)
    return _let_in(user, onward)


@blueprint.post("/account/sign-out")
@public
def sign_out() -> AnyResponse:
    """End this sign-in here and in the database."""
    person = remembered()
    if person:
        signins.sign_out(services().engine, person, now=now())
    session.clear()
    response = redirect(url_for("account.sign_in"), 303)
    response.delete_cookie(COOKIE)
    return response


@blueprint.get("/account")
@require(Permission.OWN_ACCOUNT)
def own() -> Response:
    """Who I am, where I am signed in, my password."""
    return _own_page()


@blueprint.post("/account/password")
@require(Permission.OWN_ACCOUNT, hold=False)
def change_password() -> AnyResponse:
    """Change one's own password; every other sign-in ends."""
    engine, person = services().engine, me()
    if not people.check_password(engine, person.name, request.form.get("password_now", "")):
        origin, action = request.remote_addr or "", "user.password.refused"
        signins.note_refusal(engine, person, now=now(), origin=origin, action=action)
        return _own_page(422, {"password_now": "A senha atual não confere."})
    try:
        people.change_password(engine, person.name, request.form.get("password_new", ""), now=now())
    except InvalidInput as error:
        return _own_page(422, {"password_new": str(error)})
    signins.revoke_others(engine, person, now=now())
    return redirect(url_for("account.own", changed=1), 303)


@blueprint.post("/account/sign-ins/<int:sign_in_id>/end")
@require(Permission.OWN_ACCOUNT)
def end_sign_in(sign_in_id: int) -> AnyResponse:
    """End one of one's own sign-ins, for instance on a computer left open."""
    if not signins.revoke(services().engine, me(), sign_in_id, now=now()):
        raise NotFound("Esta entrada já terminou ou não é sua.")
    return redirect(url_for("account.own"), 303)


@blueprint.get("/account/held")
@require(Permission.OWN_ACCOUNT)
def held_forms() -> AnyResponse:
    """What was posted after the sign-in expired: to send now, or to discard."""
    onward = safe_next(request.args.get("next"))
    waiting = _waiting(me().id)
    if not waiting:
        return redirect(onward or "/", 303)
    return make_response(render_template("account/held.html", forms=waiting, next=onward))


@blueprint.post("/account/held/<int:held_id>/discard")
@require(Permission.OWN_ACCOUNT)
def discard(held_id: int) -> AnyResponse:
    """Forget one held form."""
    held.erase(services().engine, user_id=me().id, held_id=held_id)
    onward = safe_next(request.form.get("next"))
    return redirect(url_for("account.held_forms", next=onward or None), 303)


def _sign_in_page(onward: str, *, name: str = "", error: str = "") -> Response:
    demo = services().settings.demo
    page = render_template(
        "account/sign_in.html",
        next=onward,
        name=name[:40],
        error=error,
        demo_users=DEMO_USERS if demo else (),
        demo_password=DEMO_PASSWORD if demo else "",
    )
    return make_response(page, 401 if error else 200)


def _let_in(user: User, onward: str) -> AnyResponse:
    engine, settings, before = services().engine, services().settings, remembered()
    if before and not before.expired:
        signins.sign_out(engine, before, now=now())
    if not (before and before.id == user.id):
        session.clear()  # a new person, a new CSRF token; the same one's open tabs stay good
    session.permanent = True
    token = signins.sign_in(engine, user, now=now(), hours=settings.session_hours)
    assert user.id is not None
    if onward.rstrip("/") == "/desk" and not role_may(user.role, Permission.ATTEND):
        onward = ""  # the address that everybody keeps leads each to their own first screen
    if _waiting(user.id):
        onward = url_for("account.held_forms", next=onward or None)
    response = redirect(onward or "/", 303)
    response.set_cookie(
        COOKIE,
        token,
        # A day longer than the sign-in: a form sent too late must still find its author.
        max_age=settings.session_hours * 3600 + _DAY,
        httponly=True,
        samesite="Lax",
        secure=settings.secure_cookies,
    )
    return response


def _waiting(user_id: int) -> list[held.Held]:
    key = services().settings.secret_key
    return held.held_forms(services().engine, key, user_id=user_id, now=now())


def _own_page(status: int = 200, problems: dict[str, str] | None = None) -> Response:
    rows = signins.open_sign_ins(services().engine, me(), now=now())
    page = render_template(
        "account/own.html",
        person=me(),
        sign_ins=rows,
        problems=problems or {},
        changed="changed" in request.args,
    )
    return make_response(page, status)

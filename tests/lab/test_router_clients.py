"""Two independent RouterOS libraries read the concentrators as they read a router."""

from __future__ import annotations

import ssl
from functools import partial

import librouteros
import pytest
import routeros_api
from librouteros.exceptions import LibRouterosError
from librouteros.login import plain, token
from librouteros.query import Key

from kbwizard.lab import DeviceEndpoint, RunningLab


def connect(device: DeviceEndpoint, **options: object) -> librouteros.api.Api:
    given = {"port": device.port, "encoding": "latin-1", "timeout": 3} | options
    return librouteros.connect(device.host, device.user, device.password, **given)


def test_librouteros_finds_one_session_by_its_login(lab: RunningLab) -> None:
    api = connect(lab.endpoints.device("bng-1"))

    rows = list(
        api.path("/ppp/active")
        .select(Key("name"), Key("address"))
        .where(Key("name") == "maria.gomes")
    )

    assert rows == [{"name": "maria.gomes", "address": "100.64.0.11"}]
    api.close()


def test_librouteros_gets_an_empty_list_from_both_generations(lab: RunningLab) -> None:
    for name in ("bng-1", "bng-2"):
        api = connect(lab.endpoints.device(name))

        assert list(api.path("/ppp/active").select().where(Key("name") == "ninguem")) == []
        api.close()


def test_the_login_before_6_43_is_taken_where_it_is_configured(lab: RunningLab) -> None:
    api = connect(lab.endpoints.device("bng-2"), login_method=token)
    identity = list(api("/system/identity/print"))
    api.close()

    assert identity == [{"name": "bng-2"}]
    with pytest.raises(LibRouterosError):
        connect(lab.endpoints.device("bng-1"), login_method=token)


def test_a_router_before_6_43_answers_the_plain_login_with_a_challenge(lab: RunningLab) -> None:
    lab.client.misbehave("bng-2", "token_only")
    device = lab.endpoints.device("bng-2")

    unsure = connect(device, login_method=plain)
    with pytest.raises(LibRouterosError):
        list(unsure("/system/identity/print"))

    api = connect(device, login_method=token)
    assert list(api("/system/identity/print"))
    api.close()


def test_librouteros_reads_by_tls_with_the_labs_own_authority(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")
    context = ssl.create_default_context(cafile=device.tls_ca_file)
    wrapper = partial(context.wrap_socket, server_hostname=device.tls_name)

    api = connect(device, port=device.tls_port, ssl_wrapper=wrapper)

    assert next(iter(api("/system/resource/print")))["version"] == "7.18.2 (stable)"
    api.close()


@pytest.mark.parametrize(
    ("how", "words"), [("tls_wrong_name", "Hostname mismatch"), ("tls_expired", "expired")]
)
def test_bad_certificates_are_presented_on_demand(lab: RunningLab, how: str, words: str) -> None:
    device = lab.endpoints.device("bng-1")
    context = ssl.create_default_context(cafile=device.tls_ca_file)
    wrapper = partial(context.wrap_socket, server_hostname=device.tls_name)

    lab.client.misbehave("bng-1", how)

    with pytest.raises(ssl.SSLCertVerificationError, match=words):
        connect(device, port=device.tls_port, ssl_wrapper=wrapper)


def test_a_router_without_a_certificate_offers_only_anonymous_ciphers(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")
    careful = ssl.create_default_context(cafile=device.tls_ca_file)
    careless = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    careless.check_hostname = False
    careless.verify_mode = ssl.CERT_NONE
    careless.set_ciphers("AECDH:@SECLEVEL=0")
    lab.client.misbehave("bng-1", "tls_anonymous")

    with pytest.raises(ssl.SSLError):
        connect(
            device,
            port=device.tls_port,
            ssl_wrapper=partial(careful.wrap_socket, server_hostname=device.tls_name),
        )
    api = connect(device, port=device.tls_port, ssl_wrapper=careless.wrap_socket)

    assert list(api("/system/identity/print")) == [{"name": "bng-1"}]
    api.close()


@pytest.mark.parametrize(("name", "login"), [("bng-1", "maria.gomes"), ("bng-2", "nilo.souza")])
def test_routeros_api_reads_the_same_row_as_librouteros(
    lab: RunningLab, name: str, login: str
) -> None:
    lab.client.clear_fault(login)
    device = lab.endpoints.device(name)
    pool = routeros_api.RouterOsApiPool(
        device.host,
        username=device.user,
        password=device.password,
        port=device.port,
        plaintext_login=True,
    )
    api = connect(device)

    theirs = pool.get_api().get_resource("/ppp/active").get(name=login)
    ours = list(api.path("/ppp/active").select().where(Key("name") == login))

    assert len(theirs) == 1
    assert theirs[0]["caller-id"] == ours[0]["caller-id"]
    assert theirs[0]["id"] == ours[0][".id"]
    pool.disconnect()
    api.close()


def test_routeros_api_reads_an_empty_answer_of_7_18(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")
    pool = routeros_api.RouterOsApiPool(
        device.host,
        username=device.user,
        password=device.password,
        port=device.port,
        plaintext_login=True,
    )

    assert pool.get_api().get_resource("/ppp/active").get(name="ninguem") == []
    pool.disconnect()


def test_a_wrong_password_is_refused_and_logged(lab: RunningLab) -> None:
    device = lab.endpoints.device("bng-1")

    with pytest.raises(LibRouterosError, match="invalid user name or password"):
        librouteros.connect(device.host, device.user, "errada", port=device.port)

    assert lab.client.counts()["bng-1"]["failed_logins"] == 1

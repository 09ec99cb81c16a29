"""The table of roles: what it must and must not allow."""

from __future__ import annotations

import pytest

from kbwizard.accounts.roles import PERMISSIONS, Permission, Role, role_may


def test_every_role_has_its_row_and_its_name() -> None:
    assert set(PERMISSIONS) == set(Role)
    assert all(role.label for role in Role)


def test_every_permission_is_somebodys() -> None:
    assert set().union(*PERMISSIONS.values()) == set(Permission)


@pytest.mark.parametrize(
    ("role", "permission", "allowed"),
    [
        ("agent", Permission.ATTEND, True),
        ("trainee", Permission.ATTEND, False),
        ("author", Permission.REVEAL_PERSONAL, False),
        ("n3", Permission.REVEAL_PERSONAL, False),
        ("agent", Permission.SEE_ADDRESSES, False),
        ("n2", Permission.SEE_ADDRESSES, True),
        ("agent", Permission.DECLARE_OUTAGE, False),
        ("lead", Permission.DECLARE_OUTAGE, True),
        ("lead", Permission.MANAGE_USERS, False),
        ("admin", Permission.MANAGE_USERS, True),
        ("visitor", Permission.READ_ARTICLES, False),
        ("", Permission.OWN_ACCOUNT, False),
    ],
)
def test_what_a_role_may(role: str, permission: Permission, allowed: bool) -> None:
    assert role_may(role, permission) is allowed

"""Who may do what: the one table of roles and permissions."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a person is here for. The words are kept in the database."""

    AGENT = "agent"
    N2 = "n2"
    N3 = "n3"
    LEAD = "lead"
    AUTHOR = "author"
    ADMIN = "admin"
    TRAINEE = "trainee"

    @property
    def label(self) -> str:
        """The role's name on screen."""
        return _LABELS[self]


class Permission(StrEnum):
    """One thing that a role may or may not do. Every route of the web names one."""

    OWN_ACCOUNT = "own_account"
    """See and change what is one's own: password, sign-ins, held forms."""
    READ_ARTICLES = "read_articles"
    ATTEND = "attend"
    """Open and walk cases at the desk."""
    WORK_QUEUES = "work_queues"
    """Take, return and pass on what was escalated."""
    REVEAL_PERSONAL = "reveal_personal"
    """See a customer's document, phone or e-mail unmasked; each view is audited."""
    SEE_ADDRESSES = "see_addresses"
    """Whole IP and MAC addresses; others see them masked."""
    ACT_ON_NETWORK = "act_on_network"
    """Write to a device: drop a session, restart an ONU."""
    DECLARE_OUTAGE = "declare_outage"
    OVERRIDE_GATE = "override_gate"
    """Let a call pass a gate that could not be read, giving the reason."""
    EDIT_CONTENT = "edit_content"
    MANAGE_CONTENT = "manage_content"
    """Take in a whole archive of articles at once."""
    SEE_REPORTS = "see_reports"
    STUDY = "study"
    TUTOR = "tutor"
    """See how trainees do, and write to them about it."""
    MANAGE_DEVICES = "manage_devices"
    MANAGE_USERS = "manage_users"


_P = Permission
_EVERYONE = frozenset({_P.OWN_ACCOUNT, _P.READ_ARTICLES, _P.STUDY})
# Dropping a stuck session is N1's work (T-PPPoE, step 3): it spares an escalation.
_AGENT = _EVERYONE | {_P.ATTEND, _P.REVEAL_PERSONAL, _P.ACT_ON_NETWORK}
_N2 = _AGENT | {_P.WORK_QUEUES, _P.SEE_ADDRESSES}
_LEAD = _AGENT | {
    _P.WORK_QUEUES,
    _P.DECLARE_OUTAGE,
    _P.OVERRIDE_GATE,
    _P.EDIT_CONTENT,
    _P.MANAGE_CONTENT,
    _P.SEE_REPORTS,
    _P.TUTOR,
}

PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.TRAINEE: _EVERYONE,
    Role.AUTHOR: _EVERYONE | {_P.EDIT_CONTENT},
    Role.AGENT: _AGENT,
    Role.N2: _N2,
    # N3 works on the network and does not see how to reach the customer (CD-88).
    Role.N3: (_N2 | {_P.MANAGE_DEVICES}) - {_P.REVEAL_PERSONAL},
    Role.LEAD: _LEAD,
    # Whole addresses are for N2 and N3 only (privacy rules, section 3).
    Role.ADMIN: frozenset(Permission) - {_P.SEE_ADDRESSES},
}

_LABELS = {
    Role.AGENT: "Atendente (N1)",
    Role.N2: "Suporte N2",
    Role.N3: "Suporte N3",
    Role.LEAD: "Líder do suporte",
    Role.AUTHOR: "Autor de conteúdo",
    Role.ADMIN: "Administrador",
    Role.TRAINEE: "Em treinamento",
}


def role_may(role: str, permission: Permission) -> bool:
    """Whether a role has a permission; a role that nobody knows has none."""
    return role in Role.__members__.values() and permission in PERMISSIONS[Role(role)]

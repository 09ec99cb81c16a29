"""Reports over the same small base as the screens of trust."""

from __future__ import annotations

from tests.web.kb.trust.conftest import base, settings

__all__ = ["base", "settings"]

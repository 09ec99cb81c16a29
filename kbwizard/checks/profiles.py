"""Loads OLT families from `adapters/profiles/*.yaml`, and refuses what it does not understand.

Every problem of every file is reported at once, with its line and what to write instead. The keys
are described in `docs/profiles.md`; what they mean to a reading is in `onu_readings.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from kbwizard.checks.profile_file import ProfileReader
from kbwizard.checks.profile_model import OltProfile
from kbwizard.content.yamlread import parse_yaml, read_source
from kbwizard.errors import ContentError, NotFound, Problem

FOLDER = Path(__file__).parent / "adapters" / "profiles"


@cache
def shipped_profiles() -> Mapping[str, OltProfile]:
    """The profiles that come with the product, by id. Raises `ContentError` if one is broken."""
    return load_profiles(FOLDER)


def find_profile(profile_id: str) -> OltProfile:
    """The shipped profile of that id. Raises `NotFound` naming those there are."""
    profiles = shipped_profiles()
    if profile_id not in profiles:
        known = ", ".join(sorted(profiles))
        raise NotFound(f"O perfil de OLT {profile_id!r} não existe. Use um destes: {known}.")
    return profiles[profile_id]


def detect_profiles(sys_object_id: str) -> tuple[str, ...]:
    """Ids of the profiles whose OLTs give such a sysObjectID, the longest match first."""
    asked = tuple(int(part) for part in sys_object_id.strip(".").split("."))
    found = [
        (len(prefix), profile.id)
        for profile in shipped_profiles().values()
        for prefix in profile.detect
        if asked[: len(prefix)] == prefix
    ]
    return tuple(name for _, name in sorted(found, reverse=True))


def load_profiles(folder: Path) -> Mapping[str, OltProfile]:
    """Every `*.yaml` of a folder. Raises `ContentError` with every problem of every file."""
    profiles: dict[str, OltProfile] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        loaded = load_profile(path)
        if isinstance(loaded, OltProfile):
            profiles[loaded.id] = loaded
        else:
            problems.extend(loaded)
    if problems:
        raise ContentError(problems)
    return profiles


def load_profile(path: Path) -> OltProfile | list[Problem]:
    """One file as a profile, or every problem found in it."""
    source = read_source(path, path.name)
    if isinstance(source, Problem):
        return [source]
    block = parse_yaml(source, path.name)
    if isinstance(block, list):
        return block
    return ProfileReader(path).profile(block)

"""OLT families as files: the shipped ones load, and a wrong one says where and what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from kbwizard.checks.profile_file import COLUMN_KEYS, HEAD_KEYS, OTHER_SCALE_KEYS
from kbwizard.checks.profile_model import DECODERS, FACTS
from kbwizard.checks.profiles import (
    FOLDER,
    detect_profiles,
    find_profile,
    load_profile,
    load_profiles,
    shipped_profiles,
)
from kbwizard.errors import ContentError, NotFound, Problem

ROOT = Path(__file__).resolve().parents[3]
GOOD = """\
profile: minha-olt
label: "Minha OLT"
base: 1.3.6.1.4.1.64512.1
index: direct
example: "1"
columns:
  onu.state: {oid: 1.1, values: {1: online, 2: by_cause}}
  onu.last_down_cause: {oid: 1.2, values: {1: los}}
  onu.rx_dbm: {oid: 1.3, scale: 0.01, none: [0]}
state_by_cause: {los: los, else: offline}
"""


def loaded(tmp_path: Path, text: str) -> list[Problem]:
    file = tmp_path / "minha-olt.yaml"
    file.write_text(text, encoding="utf-8")
    result = load_profile(file)
    return result if isinstance(result, list) else []


def test_the_six_families_are_shipped() -> None:
    assert set(shipped_profiles()) == {
        "huawei-ma5600",
        "zte-c320",
        "zte-c600",
        "fiberhome-an5516",
        "vsol-v1600d",
        "ubiquiti-ufiber",
    }


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.yaml")))
def test_every_family_knows_state_and_light(name: str) -> None:
    assert {"onu.state", "onu.rx_dbm"} <= set(find_profile(name).columns)


def test_a_good_file_has_no_problem(tmp_path: Path) -> None:
    assert loaded(tmp_path, GOOD) == []


@pytest.mark.parametrize(
    ("wrong", "rule", "line"),
    [
        (GOOD.replace("label:", "rotulo:"), "unknown-key", 2),
        (GOOD.replace("scale: 0.01", "escala: 0.01"), "unknown-key", 9),
        (GOOD.replace("scale: 0.01", "scale: muito"), "value", 9),
        (GOOD.replace("oid: 1.3, ", ""), "missing-key", 9),
        (GOOD.replace("oid: 1.3", "oid: 1.x"), "oid", 9),
        (GOOD.replace("index: direct", "index: torto"), "value", 4),
        (GOOD.replace('example: "1"', 'example: "0/1/3"'), "example", 5),
        (GOOD.replace('example: "1"\n', ""), "missing-key", 1),
        (GOOD.replace("1: online", "1: ligada"), "value", 7),
        (GOOD.replace("onu.rx_dbm", "onu.luz"), "unknown-key", 9),
        (GOOD.replace("{los: los, else: offline}", "{los: apagada}"), "value", 10),
        (GOOD.replace(", else: offline", ""), "by-cause", 1),
        (GOOD.replace("profile: minha-olt", "profile: outra-olt"), "profile-id", 1),
        (GOOD + "label: de novo\n", "duplicate-key", 11),
        (GOOD.replace("columns:", "columns: ["), "yaml", 6),
    ],
)
def test_a_mistake_is_told_with_its_line_and_remedy(
    tmp_path: Path, wrong: str, rule: str, line: int
) -> None:
    problems = loaded(tmp_path, wrong)

    found = [problem for problem in problems if problem.rule == rule]
    assert found, problems
    assert rule == "yaml" or found[0].line == line
    assert found[0].remedy


def test_every_problem_of_every_file_is_reported_at_once(tmp_path: Path) -> None:
    for name in ("primeira", "segunda"):
        text = GOOD.replace("minha-olt", name).replace("scale", "escala").replace("none", "nada")
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")

    with pytest.raises(ContentError) as caught:
        load_profiles(tmp_path)

    places = {(problem.file, problem.rule) for problem in caught.value.problems}
    assert places == {("primeira.yaml", "unknown-key"), ("segunda.yaml", "unknown-key")}
    assert len(caught.value.problems) == 4


def test_an_unknown_profile_names_those_there_are() -> None:
    with pytest.raises(NotFound, match="huawei-ma5600"):
        find_profile("huawei")


@pytest.mark.parametrize(
    ("sys_object_id", "profile"),
    [
        ("1.3.6.1.4.1.2011.2.123", "huawei-ma5600"),
        (".1.3.6.1.4.1.3902.1082.1001.320.2.1", "zte-c320"),
        ("1.3.6.1.4.1.3902.1082.1001.600.2.1", "zte-c600"),
        ("1.3.6.1.4.1.5875.800.1001.11", "fiberhome-an5516"),
        ("1.3.6.1.4.1.37950.1.1.5.10.14.1", "vsol-v1600d"),
        ("1.3.6.1.4.1.41112.1.5", "ubiquiti-ufiber"),
    ],
)
def test_an_olt_is_recognised_by_its_sys_object_id(sys_object_id: str, profile: str) -> None:
    assert detect_profiles(sys_object_id) == (profile,)


def test_a_strange_device_is_no_profile() -> None:
    assert detect_profiles("1.3.6.1.4.1.8072.3.2.10") == ()


def test_every_key_is_documented() -> None:
    page = (ROOT / "docs" / "profiles.md").read_text(encoding="utf-8")

    words = (*HEAD_KEYS, *COLUMN_KEYS, *OTHER_SCALE_KEYS, *DECODERS, *FACTS)
    assert [word for word in words if f"`{word}`" not in page] == []

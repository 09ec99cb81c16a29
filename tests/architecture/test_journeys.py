"""Journeys share one demo: two on one line would find each other's call, or its outage."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from pathlib import Path

from kbwizard.lab.plant import CUSTOMERS_FILE

JOURNEYS = Path(__file__).parents[1] / "journeys"


def test_no_two_files_of_journeys_use_one_customer() -> None:
    with CUSTOMERS_FILE.open(encoding="utf-8", newline="") as file:
        logins = {row["login"] for row in csv.DictReader(file)}
    users = defaultdict(set)
    for path in JOURNEYS.glob("test_*.py"):
        for login in set(re.findall(r'"([a-z.]+)"', path.read_text(encoding="utf-8"))) & logins:
            users[login].add(path.name)

    assert len(users) > 20
    assert {login: files for login, files in users.items() if len(files) > 1} == {}

"""A process that opens cases with eight threads and prints their protocols, for tests.

`python -m tests.helpers.opening_process DATABASE HOW_MANY` (every case without a customer).
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor

from kbwizard.cases.service import NewCase
from kbwizard.db import make_engine
from tests.cases.conftest import Desk
from tests.helpers.clock import FrozenClock


def main(database: str, how_many: int) -> None:
    desk = Desk(make_engine(database), FrozenClock())
    with ThreadPoolExecutor(8) as pool:
        opened = pool.map(lambda _n: desk.cases.open(NewCase(), by="ana").protocol, range(how_many))
        print("\n".join(opened))
    desk.engine.dispose()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

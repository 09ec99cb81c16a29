"""`python -m benchmarks.server`: the real server over a data folder, without the demo's lab."""

from __future__ import annotations

from kbwizard.config import read_settings
from kbwizard.serving import serve

if __name__ == "__main__":
    serve(read_settings())

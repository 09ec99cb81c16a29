"""`python -m kbwizard.lab`: the lab without the rest of the product."""

from __future__ import annotations

import argparse

from kbwizard.lab.command import fill_parser

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m kbwizard.lab")
    fill_parser(parser)
    chosen = parser.parse_args()
    raise SystemExit(chosen.run(chosen))

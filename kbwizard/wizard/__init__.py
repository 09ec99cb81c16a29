"""The engine: a tree, a walk and readings in; where we stand out. Pure.

Standard library and `kbwizard.errors` only: no Flask, SQL, YAML, network, clock, randomness, files.
"""

"""Figures that we promise, each measured beside its floor in the same run (`make bench`)."""

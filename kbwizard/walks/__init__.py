"""Walks: the log of one run through trees, and the checks that run for it.

A walk may have no case (a customer's, a trainee's); who it belongs to is somebody else's to know.
"""

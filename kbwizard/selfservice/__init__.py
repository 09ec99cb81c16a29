"""Customers who help themselves: visits, codes, links to a line, what comes back to them.

`service.SelfService` is all that other parts use; `workings.Workings` says what it is joined from.
"""

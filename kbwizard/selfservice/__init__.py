"""Customers who help themselves: visits, codes, links to a line, what comes back to them."""

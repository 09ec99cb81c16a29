"""The agent's desk: finding the customer, the call, its outcome, lists, outages, knowledge."""

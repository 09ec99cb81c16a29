"""Cases: a contact from its opening to its closing, with its protocol, orders and outages."""

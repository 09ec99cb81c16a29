"""kbwizard: knowledge base and guided troubleshooting wizard for fibre ISPs."""

__version__ = "0.1.0"

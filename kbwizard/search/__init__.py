"""Search: Whoosh over articles and tree nodes, by audience, forgiving about accents and typing."""

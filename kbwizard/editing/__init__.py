"""Writing articles: drafts, review by another person, publication into files and git, history."""

"""What becomes of articles once they are published: reads, feedback, acknowledgements, searches."""

"""Trainees: exercises on a simulated network, their review, quizzes and progress."""

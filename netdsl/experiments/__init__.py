"""Experiments: many trainings that one file describes, and the table of what they reached."""

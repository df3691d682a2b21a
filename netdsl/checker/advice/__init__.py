"""What to do about a mistake."""

"""Runs statements: each changes the scope, or what flows through it."""

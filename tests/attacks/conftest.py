"""Exhaustive tables of what a hostile caller, file or change can do; they print what they measured."""

"""A recipe drafted from what a folder holds: each guess says how sure it is, and why."""

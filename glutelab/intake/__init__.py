"""Runners of one's own: from a folder of exports and its recipe to a cohort.

==============  ====================================================================
`recipe`        ``recipe.toml``: where files are, what names mean, which signs apply
==============  ====================================================================
"""

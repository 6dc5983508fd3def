"""Runners of one's own: from a folder of exports and its recipe to a cohort.

==============  ====================================================================
`recipe`        ``recipe.toml``: where files are, what names mean, which signs apply
`presets`       what vendors call joint angles, and the signs that make them ours
`angles`        channels of a file become joint angles, or curves
==============  ====================================================================
"""

"""Runners of one's own: from a folder of exports and its recipe to a cohort.

==================  ====================================================================
`drafting`          `new_recipe`: look at a folder, draft ``recipe.toml``, say how sure
`recipe`            ``recipe.toml``: read it; `sections` says what every key means
`trials`, `people`  which recordings there are, and who ran: files, a lab's own tables
`frames`            markers and forces in our names, units and axes
`presets`           what programs call joint angles, and the signs that make them ours
`angles`            channels of a file to joint angles; `columns` by recipe and preset
`job`               one trial, from its files to its strides
`check`, `build`    `check_folder`, `import_cohort`; `prepare` is what both begin with
`preview`           trials to look at, also those that an import would refuse
`privacy`           what tells who somebody is, and pseudonyms
==================  ====================================================================
"""

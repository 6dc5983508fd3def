"""Published effects: what a study found, how sure it was, and where the number was read."""

from __future__ import annotations

from glutelab.schema.column import Column, Table

__all__ = ["DESIGNS", "EFFECTS", "EFFECT_KINDS"]

# "cohort" is one of our own cohorts; a meta-analysis is no study, and is never pooled with some.
DESIGNS = ("cohort", "cross-sectional", "crossover", "groups", "meta-analysis")
EFFECT_KINDS = (
    "r",
    "r_squared",
    "mean_difference",
    "slope",
    "hedges_g",
    "log_ratio",
    "percent_change",
)


def _text(name: str, label: str, definition: str, *, required: bool = False, allowed=None):
    return Column(name, label, "", definition, dtype="text", required=required, allowed=allowed)


def _count(name: str, label: str, definition: str) -> Column:
    return Column(name, label, "", definition, possible=(1, 10_000_000))


EFFECTS = Table(
    "published_effects",
    "one row per effect that a publication states (`published/published_effects.csv`; not part of "
    "a cohort)",
    ("effect_id",),
    (
        _text("effect_id", "Effect", "Name of the effect; it stays the same.", required=True),
        _text("study", "Study", "First author and year.", required=True),
        Column(
            "year",
            "Year",
            "",
            "Year of publication.",
            possible=(1900, 2100),
            dtype="whole",
            required=True,
        ),
        _text("reference", "Reference", "DOI, else journal, volume and page.", required=True),
        _text(
            "design",
            "Design",
            "How the study was made; a meta-analysis is shown beside studies, never pooled with "
            "them.",
            required=True,
            allowed=DESIGNS,
        ),
        _count("n_studies", "Studies", "Studies in a meta-analysis."),
        _count("n", "Runners", "Runners in the study."),
        _count("n_1", "Runners in the first group", "Of two groups, the first."),
        _count("n_2", "Runners in the second group", "Of two groups, the second."),
        _text("speed", "Speed", "Speed as the publication states it."),
        Column(
            "speed_m_s",
            "Speed as one number",
            "m/s",
            "Where it is one.",
            plausible=(2.0, 7.0),
            possible=(0.1, 15.0),
        ),
        _text(
            "adjusted_for",
            "Adjusted for",
            "Covariates, separated by commas; empty if there are none.",
        ),
        _text(
            "exposure",
            "Exposure",
            "What goes with the outcome or was changed, or the groups, first minus second.",
            required=True,
        ),
        _text(
            "outcome", "Outcome", "What was measured, as the publication names it.", required=True
        ),
        _text(
            "measure",
            "Measure",
            "Our measure of the biomechanical side (the exposure, or the outcome of groups); empty "
            "if there is none.",
        ),
        _text(
            "outcome_measure",
            "Measure of the outcome",
            "Our column of the cost; empty if there is none, or if it is several kinds of cost.",
        ),
        _text(
            "effect",
            "Kind of effect",
            "Correlation, explained share, difference of means, change per unit, difference in "
            "SDs, natural log of a ratio, or percent change.",
            required=True,
            allowed=EFFECT_KINDS,
        ),
        Column("value", "Value", "", "The effect, in `unit`.", required=True),
        _text("unit", "Unit", "Unit of the value; empty for a plain number."),
        Column("ci_low", "Lower limit", "", "Of the interval, in `unit`, as stated."),
        Column("ci_high", "Upper limit", "", "Of the interval, in `unit`, as stated."),
        Column(
            "confidence",
            "Confidence",
            "",
            "Level of that interval; 0.9 where the authors give 90 %.",
            possible=(0.5, 0.9999),
        ),
        _text(
            "positive_means",
            "Positive means",
            "What a positive value says; for cost, more is worse economy.",
        ),
        _text(
            "read_from",
            "Read from",
            "Where the number was read; secondary: quoted by another source.",
            required=True,
            allowed=("abstract", "full text", "secondary"),
        ),
        _text("note", "Note", "What has to be known of the number, as a sentence."),
    ),
)

"""Of a drafted recipe: names of markers, unit and axes."""

from __future__ import annotations

from collections import Counter

from glutelab.intake.drafting.axes import guess_axes
from glutelab.intake.drafting.clusters import suggest_clusters
from glutelab.intake.drafting.guess import GUESS, NOT_FOUND, SURE, Guess
from glutelab.intake.drafting.survey import Seen, Survey

__all__ = ["guess_marker_section", "guess_markers"]

_SURE_FROM = 0.9
_NEEDED = tuple(
    f"{side}_{name}" for name in ("asis", "psis", "knee_lateral", "ankle_lateral")
    for side in ("left", "right")
)  # fmt: skip


def guess_markers(names) -> dict:
    """Canonical names to ``(theirs, confidence, why)``."""
    from glutelab.intake.drafting.marker_names import guess_markers as guess

    return guess(names)


def guess_marker_section(survey: Survey, main: list[Seen], parts) -> None:
    """Guess the section ``[markers]``.

    Parameters
    ----------
    survey : Survey
    main : list of Seen
        The recordings that the cohort starts from.
    parts
        Guesses, sentences and questions, added to.
    """
    standing = [s for role in ("standing", "still") for s in survey.with_role(role)]
    files = [s for s in [*main, *standing] if s.recording is not None and s.recording.points]
    running = [s.recording.points for s in main if s.recording is not None and s.recording.points]
    counts = Counter(name for seen in files for name in set(seen.recording.points.names))
    guessed = guess_markers(counts)
    names = {}
    for ours, (theirs, confidence, why) in sorted(guessed.items()):
        in_files = f"in {counts[theirs]} of {len(files)} files"
        sure = confidence == SURE or (not isinstance(confidence, str) and confidence >= _SURE_FROM)
        parts.guesses[f"markers.names.{ours}"] = Guess(
            theirs, SURE if sure else GUESS, f"{in_files}; {why}" if why else in_files
        )
        names[ours] = theirs
    absent = [name for name in _NEEDED if name not in names]
    for name in absent:
        parts.guesses[f"markers.names.{name}"] = Guess(None, NOT_FOUND, "")
    if absent:
        rest = sorted(set(counts) - set(names.values()))
        some = ", ".join(rest[:20]) + (" ..." if len(rest) > 20 else "")
        parts.questions.append(
            f"Which markers are {', '.join(absent)}? Not recognized are {some or 'none'}."
        )
    _clusters(running, names, parts)
    # Everybody faces forward in running; in standing somebody may have turned.
    axes = guess_axes(running, names)
    if axes.up.value is None and standing:
        axes = guess_axes([s.recording.points for s in files], names)
    parts.questions += axes.said
    pelvis = [parts.guesses.get(f"markers.names.{s}_{n}") for s in ("left", "right")
              for n in ("asis", "psis")]  # fmt: skip
    doubt = any(guess is None or guess.confidence != SURE for guess in pelvis)
    for key, guess in (("unit", axes.unit), ("up", axes.up), ("forward", axes.forward)):
        if doubt and guess.confidence == SURE:
            guess = Guess(guess.value, GUESS, f"{guess.why}, if those are the markers")
        parts.guesses[f"markers.{key}"] = guess
        if guess.value is None:
            parts.questions.append(f"[markers] {key}: {guess.why}?")
    if running and all(not points.rate_hz > 0 for points in running):
        parts.guesses["markers.rate_hz"] = Guess(None, NOT_FOUND, "frames per second")
        parts.questions.append("[markers] rate_hz: how many frames per second? No file says so.")


def _clusters(running, names: dict[str, str], parts) -> None:
    """Which markers carry each segment, of those that are there while running."""
    counts = Counter(name for points in running for name in set(points.names))
    seen = [ours for ours, theirs in names.items() if counts[theirs] > 0.5 * len(running)]
    clusters = suggest_clusters(seen) if seen else None
    for segment, markers in (clusters or {}).items():
        key = f"markers.clusters.{segment}"
        if len(markers) >= 3:
            parts.guesses[key] = Guess(list(markers), GUESS, "seen while running")
        else:
            parts.guesses[key] = Guess(None, NOT_FOUND, "three markers or more that it moves with")
            some = f"only {', '.join(markers)}" if markers else "none"
            parts.questions.append(
                f"[markers.clusters] {segment}: three markers; there are {some}."
            )

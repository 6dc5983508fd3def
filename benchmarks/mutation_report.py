"""The report of benchmarks/mutation.py: a table per part, then each survivor."""

from __future__ import annotations

VERDICTS = ("killed", "timed out", "survived")
WIDTH = 90  # of what is shown of a change


def report(results: dict, judged: dict, command: str, longest_s: float) -> str:
    """Markdown; `judged` has a table of {name of a mutant: why} for each kind of decision."""
    why = {key: (kind, text) for kind, keys in judged.items() for key, text in keys.items()}
    kinds = list(judged)
    titles = ["part", "mutants", "sample", *VERDICTS, *kinds, "not judged"]
    rows, survivors = [], []
    for part, (outcomes, total) in results.items():
        alive = [o.mutant for o in sorted(outcomes) if o.verdict == "survived"]
        counts = [
            sum(o.verdict == v for o in outcomes) for v in ("killed", "timed out", "survived")
        ]
        by_kind = [sum(why.get(m.key, ("",))[0] == kind for m in alive) for kind in kinds]
        rows.append([part, total, len(outcomes), *counts, *by_kind, len(alive) - sum(by_kind)])
        survivors += [(part, mutant) for mutant in alive]
    if len(rows) > 1:
        rows.append(["all", *(sum(column) for column in list(zip(*rows, strict=True))[1:])])
    lines = [f"`{command}`", "", _row([*titles, "score", "without equivalent"])]
    lines.append("|---" * (len(titles) + 2) + "|")
    for row in rows:
        named = dict(zip(titles, row, strict=True))
        dead = named["killed"] + named["timed out"]
        able = named["sample"] - named.get("equivalent", 0)
        lines.append(_row([*row, _percent(dead, named["sample"]), _percent(dead, able)]))
    lines += ["", f"Tests that take longer than {longest_s:g} s were left out.", ""]
    for part in results:
        of_part = [mutant for name, mutant in survivors if name == part]
        if of_part:
            lines += [f"### {part}", ""]
            for mutant in of_part:
                kind, text = why.get(mutant.key, ("not judged", ""))
                lines.append(
                    f"- {mutant.file}:{mutant.line} {shown(mutant)}: {kind}. {text}".rstrip()
                )
            lines.append("")
    return "\n".join(lines)


def shown(mutant) -> str:
    """The change, cut to where it differs."""
    before, after = mutant.before, mutant.after
    if after.startswith("(") and not before.startswith("("):
        after = after[1:-1]
    same = 0
    while same < min(len(before), len(after)) and before[same] == after[same]:
        same += 1
    start = max(0, same - WIDTH // 2) if len(before) > WIDTH else 0
    return " -> ".join(f"`{_cut(text, start)}`" for text in (before, after))


def _cut(text: str, start: int) -> str:
    part = " ".join(text[start : start + WIDTH].split())
    return ("..." if start else "") + part + ("..." if start + WIDTH < len(text) else "")


def _row(cells) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f} %" if whole else ""

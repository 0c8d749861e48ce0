"""Serial patterns of each region for the prior at decoding, from the designs that plates are drawn from."""

from plates import designs_world, render_eu, render_us


def _shape(pattern: str) -> str:
    """A drawing pattern without separators and stacked letters: `@` a letter, `#` a digit, others themselves."""
    out, depth = [], 0
    for c in pattern.strip():
        depth += (c in "{(") - (c in "})")
        if depth == 0 and c not in "{}() -.*~|":
            out.append(c)
    return "".join(out)


def grammar_table() -> dict[str, list[str]]:
    """Region: its patterns, each once, sorted."""
    table: dict[str, set[str]] = {"br": {"@@@####", "@@@#@##"}, "ar": {"@@###@@", "@@@###"}, "uy": {"@@@####"}, "py": {"@@@@###", "@@@###"}}
    for design in render_us.US + render_us.NA:
        table.setdefault(design.region, set()).update(_shape(p) for p in design.patterns.split(","))
    for other in designs_world.DESIGNS:
        table.setdefault(other.region, set()).update(_shape(p) for p in other.patterns.split(","))
    for country, (_, patterns, _) in render_eu.COUNTRIES.items():
        table.setdefault(country, set()).update(_shape(p) for p in patterns.split(","))
    return {region: sorted(patterns - {""}) for region, patterns in sorted(table.items())}

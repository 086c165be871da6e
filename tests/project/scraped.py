"""/metrics as Prometheus reads it."""

from prometheus_client.parser import text_string_to_metric_families

Figures = dict[tuple[str, ...], float]


def scraped(client) -> Figures:
    """Each figure by its name and its labels' values, in the order of the labels' names."""
    text = client.get("/metrics").content.decode()
    found: Figures = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            key = (sample.name, *(value for _, value in sorted(sample.labels.items())))
            assert key not in found, f"{key} is told twice"
            found[key] = sample.value
    return found


def of(figures: Figures, name: str) -> dict[tuple[str, ...], float]:
    """One figure's values by its labels."""
    return {key[1:]: value for key, value in figures.items() if key[0] == name}

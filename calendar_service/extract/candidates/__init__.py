"""Second stage: typed spans with their normalised value: dates, money, ratios, identifiers."""

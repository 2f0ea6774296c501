"""Area packs: a road graph out of an OpenStreetMap extract, minutes and ways on it, closures."""

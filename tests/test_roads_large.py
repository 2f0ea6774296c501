"""A country's roads: six million points that the test writes, read within bounds."""

import resource
import subprocess
import sys
from pathlib import Path

import numpy as np
import osmium
import pytest
from osmium.osm import mutable

SIDE, STEPS = 450, 14  # junctions along each side of the net; pieces of road between two of them
MOST_BYTES = 4 * 1024**3
SPACING = 0.002
ROOT = Path(__file__).resolve().parents[1]
MAKE = """
import sys
from pathlib import Path
from roads.pack import make_pack
if __name__ == "__main__":
    told = []
    area = make_pack(Path(sys.argv[1]), Path(sys.argv[2]), lambda stage, num: told.append(stage))
    print(area.manifest.num_nodes, len(told), *dict.fromkeys(told))
"""


def write_net(path: Path) -> int:
    """A net of winding roads is in the file; the number of its points."""
    rng = np.random.default_rng(5)
    shift = np.linspace(0, 1, STEPS + 1)[1:-1, None]
    number, ways = SIDE * SIDE, []
    with osmium.SimpleWriter(str(path), overwrite=True) as writer:
        for i in range(number):
            place = (SPACING * (i % SIDE), SPACING * (i // SIDE))
            writer.add_node(mutable.Node(id=i + 1, location=place, tags={}))
        for i in range(SIDE * SIDE):
            for other in ([i + 1] if (i + 1) % SIDE else []) + ([i + SIDE] if i + SIDE < SIDE * SIDE else []):
                ends = SPACING * np.array([[j % SIDE, j // SIDE] for j in (i, other)], float)
                course = ends[0] + (ends[1] - ends[0]) * shift + rng.normal(0, SPACING / 40, (STEPS - 1, 2))
                for lon, lat in course.tolist():
                    number += 1
                    writer.add_node(mutable.Node(id=number, location=(lon, lat), tags={}))
                ways.append((i + 1, range(number - STEPS + 2, number + 1), other + 1))
        for way, (first, between, last) in enumerate(ways, 1):
            tags = {"highway": "residential" if way % 9 else "primary"}
            writer.add_way(mutable.Way(id=way, nodes=[first, *between, last], tags=tags))
    return number


@pytest.mark.slow
def test_a_country_is_read_within_four_gigabytes(tmp_path: Path) -> None:
    """Of more than five million points a pack is made in less than 4 GB, and it is told how far it is."""
    extract = tmp_path / "net.osm.pbf"
    assert write_net(extract) > 5_000_000
    script = tmp_path / "make.py"
    script.write_text(MAKE, "utf-8")
    words = [sys.executable, str(script), str(extract), str(tmp_path / "pack")]
    done = subprocess.run(words, env={"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=True)
    num_nodes, num_told, *stages = done.stdout.split()
    assert int(num_nodes) == SIDE * SIDE
    assert int(num_told) > 10
    assert stages == ["points", "roads", "layers", "order", "writing"]
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MOST_BYTES

"""Map datums against published figures and two independent implementations."""

import math

import eviltransform
import prcoords
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.files.datums import DATUMS, from_wgs84, metres_between, shifted_by, to_wgs84

# City -> a point of its centre, and the metres from WGS-84 to GCJ-02 and to BD-09 there.
CENTRES = {
    "Panzhihua": ((26.5823, 101.7186), 427, 846),
    "Chengdu": ((30.5728, 104.0668), 361, 950),
    "Nanchong": ((30.8373, 106.1107), 460, 1084),
    "Meishan": ((30.0754, 103.8485), 373, 895),
    "Neijiang": ((29.5802, 105.0584), 424, 1010),
    "Yibin": ((28.7513, 104.6417), 446, 915),
    "Ya'an": ((29.9805, 103.0133), 346, 880),
}
IN_CHINA = st.tuples(st.floats(18, 53), st.floats(74, 134))


@pytest.mark.parametrize("city", CENTRES)
def test_city_centres_are_shifted_as_measured(city: str) -> None:
    """The shifts at seven city centres are those of the survey that the project rests on."""
    centre, to_gcj, to_bd = CENTRES[city]
    assert metres_between(centre, from_wgs84("GCJ-02", *centre)) == pytest.approx(to_gcj, abs=12)
    assert metres_between(centre, from_wgs84("BD-09", *centre)) == pytest.approx(to_bd, abs=12)


@given(IN_CHINA)
def test_forward_equals_two_other_implementations(point: tuple[float, float]) -> None:
    """Everywhere in China GCJ-02 and BD-09 agree with eviltransform to two centimetres and with prcoords to one."""
    ours = from_wgs84("GCJ-02", *point)
    assert metres_between(ours, eviltransform.wgs2gcj(*point)) < 0.02
    assert metres_between(ours, tuple(prcoords.wgs_gcj(prcoords.Coords(*point)))) < 0.01
    assert metres_between(from_wgs84("BD-09", *point), tuple(prcoords.wgs_bd(prcoords.Coords(*point)))) < 0.01


@given(IN_CHINA, st.sampled_from(DATUMS))
def test_there_and_back_is_the_same_place(point: tuple[float, float], datum: str) -> None:
    """A point that goes into a datum and back lies within a millimetre of where it was."""
    assert metres_between(to_wgs84(datum, *from_wgs84(datum, *point)), point) < 0.001


def test_a_published_pair_is_met() -> None:
    """The example of eviltransform's own tests: Shanghai's WGS-84 and GCJ-02 point."""
    assert from_wgs84("GCJ-02", 31.1774276, 121.5272106) == pytest.approx(
        (31.17530398364597, 121.531541859215), abs=1e-9
    )


@pytest.mark.parametrize("point", [(48.2, 16.37), (-33.9, 151.2), (0.0, 0.0)])
def test_outside_china_nothing_moves(point: tuple[float, float]) -> None:
    """A point elsewhere is the same in every datum."""
    assert {from_wgs84(datum, *point) for datum in DATUMS} == {point}


def test_cgcs2000_is_wgs84_here() -> None:
    """CGCS2000 is not shifted."""
    assert to_wgs84("CGCS2000", 30.5, 104.1) == (30.5, 104.1)


@given(IN_CHINA, st.sampled_from(["GCJ-02", "BD-09"]), st.floats(0, 2 * math.pi))
def test_two_points_one_shift_apart_are_told(point: tuple[float, float], datum: str, angle: float) -> None:
    """A point and its shifted place, a few metres off, are known as one datum shift apart, whichever comes first."""
    lat, lon = from_wgs84(datum, *point)
    near = lat + 5e-5 * math.sin(angle), lon + 5e-5 * math.cos(angle)
    if metres_between(point, near) > 60:
        assert shifted_by(point, near) is not None
        assert shifted_by(near, point) is not None


def test_points_apart_for_another_reason_are_not_told() -> None:
    """Two points of a street a kilometre long, and two a few steps apart, are no datum shift."""
    assert shifted_by((30.5728, 104.0668), (30.5728, 104.0771)) is None
    assert shifted_by((30.5728, 104.0668), (30.5730, 104.0669)) is None

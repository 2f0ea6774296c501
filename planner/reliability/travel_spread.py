"""How much drives vary about their planned minutes.

A drive takes its planned minutes times a log-normal factor of median 1, the usual model of travel times on roads
(E. Emam and H. Al-Deek, "Using real-life dual-loop detector data to develop new methodology for estimating freeway
travel time reliability", Transportation Research Record 1959, 2006).
"""

import math
from dataclasses import dataclass
from statistics import NormalDist

Z90 = NormalDist().inv_cdf(0.9)


@dataclass(frozen=True, slots=True)
class TravelSpread:
    """How much drives vary, an estimate; 1 where nothing varies.

    `p90`: minutes that nine of ten drives stay below, over those of half of them; `common`: the part of it that all
    drives of one city share (rush, weather), in the same measure.

    Raises ValueError unless 1 <= common <= p90, both finite.
    """

    p90: float = 1.35
    common: float = 1.1

    def __post_init__(self) -> None:
        """A drive shares with the others of its city no more than it varies by."""
        if not (1 <= self.common <= self.p90 and math.isfinite(self.p90)):
            raise ValueError(f"no spread: p90 {self.p90}, of it in common {self.common}")

    @property
    def sigma(self) -> float:
        """Standard deviation of the factor's logarithm."""
        return math.log(self.p90) / Z90

    @property
    def sigma_common(self) -> float:
        """That of the part which the drives of a city share."""
        return math.log(self.common) / Z90

    @property
    def sigma_own(self) -> float:
        """That of the part which is each drive's own: the two parts together vary as the whole does."""
        return math.sqrt(max(0.0, self.sigma**2 - self.sigma_common**2))

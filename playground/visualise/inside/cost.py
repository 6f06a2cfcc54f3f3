"""What one frame costs, as a value, and the names of the three ways to run a network on it."""

from dataclasses import dataclass

CACHED, ASYMMETRIC, SYMMETRIC = "asymmetric, remembered", "asymmetric, every frame anew", "symmetric"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cost:
    """One frame: ``macs`` multiply-accumulates of matrix products and convolutions, and the least milliseconds."""

    macs: int
    ms: float

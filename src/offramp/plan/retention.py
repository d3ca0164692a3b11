"""The hazard of leaving treatment that gives published retention.

h(t) = start / (1 + t / fall) a week gives a share still there after t weeks of
(1 + t / fall) ** (-start x fall). Breaks by custody, a constant hazard, come on top; published
retention includes them.
"""

from __future__ import annotations

import numpy as np

TWELVE, THIRTY_SIX = 52.0, 156.0


def exit_hazard(retained_12: float, retained_36: float, custody: float) -> tuple[float, float]:
    """(start, fall) for retention at 12 and 36 months, less a weekly hazard of breaks by custody.

    Where custody alone would end more than allowed, a small hazard of leaving remains.
    """
    h12 = max(-np.log(retained_12) - custody * TWELVE, 0.10)
    h36 = max(-np.log(retained_36) - custody * THIRTY_SIX, h12 * 1.15)
    wanted = min(h36 / h12, 2.9)
    low, high = 1.0, 5000.0
    for _ in range(80):
        fall = np.sqrt(low * high)
        ratio = np.log1p(THIRTY_SIX / fall) / np.log1p(TWELVE / fall)
        low, high = (fall, high) if ratio < wanted else (low, fall)
    start = h12 / (fall * np.log1p(TWELVE / fall))
    return float(start), float(fall)

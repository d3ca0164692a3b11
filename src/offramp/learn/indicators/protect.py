"""Which cells of a breakdown must be withheld: small ones, and what would give them away.

The rules are those of `disclosure`. Two things are added: a breakdown whose protection would need
its total is not shown at all, so that totals stay the same in every breakdown; small areas are
put together first.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from offramp.learn.disclosure.suppress import withheld
from offramp.learn.disclosure.table import with_totals

SMALL, PROTECTS = "small", "protects a small one"
MOST_AREAS = 30
OTHER_AREAS = "all other areas"
OTHER_GROUPS = "others together"


def alone(k: float, n: float | None, threshold: int, *, part: bool) -> str:
    """Why a number without a breakdown is withheld. part: k is a part of n."""
    if 0 < k < threshold or (part and n is not None and 0 < n - k < threshold):
        return SMALL
    return ""


def breakdown(
    k: Mapping[str, float], n: Mapping[str, float] | None, threshold: int
) -> dict[str, str] | None:
    """For each group: why it is withheld, or "". None: the whole breakdown must be withheld.

    n: what k is a part of, or None when k stands alone."""
    groups = list(k)
    yes = np.array([round(k[group]) for group in groups], dtype=np.int64)
    if n is None:
        counts = yes.reshape(-1, 1)
    else:
        every = np.array([round(n[group]) for group in groups], dtype=np.int64)
        counts = np.stack([yes, np.maximum(every - yes, 0)], axis=1)
    cells = with_totals(counts)
    if not ((cells > 0) & (cells < threshold)).any():
        return dict.fromkeys(groups, "")
    hidden = np.asarray(withheld(cells, threshold))
    if hidden[-1].any():
        return None
    small = np.asarray(((cells > 0) & (cells < threshold)).any(axis=1))
    return {
        group: "" if not hidden[i].any() else SMALL if small[i] else PROTECTS
        for i, group in enumerate(groups)
    }


def pooled_groups(
    k: Mapping[str, float],
    n: Mapping[str, float] | None,
    threshold: int,
    unsaid: tuple[str, ...],
) -> tuple[dict[str, float], dict[str, float] | None]:
    """Groups with a small cell put together, with those that were not recorded if need be: so the
    others need not be withheld to protect them.

    How many were not recorded is told anyway, and says nothing about anybody: where those are the
    only small ones, they are left out of the table instead."""

    def small(yes: float, every: float | None) -> bool:
        cells = [yes] if every is None else [yes, every - yes, every]
        return any(0 < round(cell) < threshold for cell in cells)

    pool = [g for g in k if small(k[g], None if n is None else n[g])]
    rest = sorted((g for g in k if g not in pool and g in unsaid), key=lambda g: k[g])
    if pool and all(g in unsaid for g in pool):
        k = {g: v for g, v in k.items() if g not in pool}
        n = None if n is None else {g: v for g, v in n.items() if g not in pool}
        pool = []
    if not pool:
        return dict(k), None if n is None else dict(n)

    def total(of: Mapping[str, float]) -> float:
        return sum(of[g] for g in pool)

    while rest and (len(pool) < 2 or small(total(k), None if n is None else total(n))):
        pool.append(rest.pop(0))
    if len(pool) < 2:
        return dict(k), None if n is None else dict(n)
    out_k = {g: v for g, v in k.items() if g not in pool} | {OTHER_GROUPS: total(k)}
    if n is None:
        return out_k, None
    return out_k, {g: v for g, v in n.items() if g not in pool} | {OTHER_GROUPS: total(n)}


def pooled_areas(
    k: Mapping[str, float], n: Mapping[str, float] | None, threshold: int
) -> tuple[dict[str, float], dict[str, float] | None]:
    """The largest areas as they are; the rest, and all small ones, put together."""
    size = n if n is not None else k
    order = sorted(size, key=lambda area: (-size[area], area))
    keep = [a for a in order if k.get(a, 0) >= threshold and size[a] >= 2 * threshold]
    keep = keep[:MOST_AREAS]
    rest = [area for area in order if area not in set(keep)]
    out_k = {area: k.get(area, 0.0) for area in keep}
    out_n = {area: size[area] for area in keep}
    if rest:
        out_k[OTHER_AREAS] = sum(k.get(area, 0.0) for area in rest)
        out_n[OTHER_AREAS] = sum(size[area] for area in rest)
    return out_k, (out_n if n is not None else None)

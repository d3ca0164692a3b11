"""The nearest model that Starsim 3.7.2 gives with what it recommends: eight processes a week.

Use (start, stop), overdose (risk falls on treatment, rises for four weeks after release), death,
treatment (on, off), police stop, arrest, release; an infection on a network that keeps Starsim's
own common random numbers (RandomSafeNet). Ours runs fourteen. Runs in an environment of its own:

    python starsim_model.py PEOPLE WEEKS
"""

from __future__ import annotations

import json
import resource
import sys
import time

began = time.perf_counter()
import numpy as np  # noqa: E402
import starsim as ss  # noqa: E402

imported = time.perf_counter() - began
ss.options(verbose=0)


class Pathway(ss.Module):  # type: ignore[misc]
    """Use, treatment, police and overdose, a week at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.define_pars(
            begins=ss.bernoulli(p=0.004),
            ends=ss.bernoulli(p=0.004),
            enters=ss.bernoulli(p=0.01),
            leaves=ss.bernoulli(p=0.02),
            stopped=ss.bernoulli(p=0.02),
            arrested=ss.bernoulli(p=0.2),
            let_go=ss.bernoulli(p=0.15),
            overdose=ss.bernoulli(p=self.chance),
            dies=ss.bernoulli(p=0.05),
            at_start=ss.bernoulli(p=0.7),
        )
        self.define_states(
            ss.BoolState("using"),
            ss.BoolState("treated"),
            ss.BoolState("held"),
            ss.FloatArr("released", default=-999.0),
            ss.FloatArr("overdoses", default=0.0),
            ss.FloatArr("stops", default=0.0),
        )

    @staticmethod
    def chance(self, sim, uids):  # type: ignore[no-untyped-def]  # noqa: ARG004, PLW0211
        found = np.full(len(uids), 0.002)
        found[self.treated[uids]] *= 0.4
        found[(self.ti - self.released[uids]) < 4] *= 6.0
        return found

    def init_post(self) -> None:
        super().init_post()
        self.using[self.pars.at_start.filter(self.sim.people.auids)] = True

    def step(self) -> None:
        p = self.pars
        begins = p.begins.filter((~self.using & ~self.held).uids)
        ends = p.ends.filter((self.using & ~self.held).uids)
        self.using[begins] = True
        self.using[ends] = False
        using = (self.using & ~self.held).uids
        enters = p.enters.filter((self.using & ~self.treated & ~self.held).uids)
        leaves = p.leaves.filter(self.treated.uids)
        self.treated[enters] = True
        self.treated[leaves] = False
        stopped = p.stopped.filter(using)
        self.stops[stopped] += 1
        arrested = p.arrested.filter(stopped)
        self.held[arrested] = True
        let_go = p.let_go.filter(self.held.uids)
        self.held[let_go] = False
        self.released[let_go] = self.ti
        overdosed = p.overdose.filter(using)
        self.overdoses[overdosed] += 1
        self.sim.people.request_death(p.dies.filter(overdosed))


def model(people: int, weeks: int, seed: int) -> ss.Sim:
    infection = ss.SIS(beta=ss.peryear(0.3), dur_inf=ss.years(2), init_prev=ss.bernoulli(0.05))
    return ss.Sim(
        n_agents=people, dt="week", start="2020-01-01", dur=ss.weeks(weeks - 1),
        networks=ss.RandomSafeNet(n_edges=2), diseases=infection, modules=[Pathway()],
        rand_seed=seed, verbose=0,
    )  # fmt: skip


def main(people: int, weeks: int) -> None:
    start = time.perf_counter()
    model(500, 5, 1).run()
    first = time.perf_counter() - start
    best = np.inf
    for seed in range(1, 4):
        sim = model(people, weeks, seed)
        sim.init()
        start = time.perf_counter()
        sim.run()
        best = min(best, time.perf_counter() - start)
    print(
        json.dumps(
            {
                "person_weeks_a_second": people * weeks / best,
                "import_s": imported,
                "first_s": first,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "version": ss.__version__,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))

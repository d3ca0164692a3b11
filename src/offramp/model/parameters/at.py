"""Where each parameter stands in a row: `row[at.release_peak]`. Made from the declarations."""

from offramp.model.parameters import NAMES


def __getattr__(name: str) -> int:  # for type checkers; every declared name is a real constant
    raise AttributeError(f"no parameter {name} is declared")


globals().update({name: i for i, name in enumerate(NAMES)})

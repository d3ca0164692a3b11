"""Print the table of all parameters: `python -m offramp.model.parameters`."""

from offramp.catalogue.load import load
from offramp.model.parameters.table import table

if __name__ == "__main__":
    print(table(load().evidence), end="")

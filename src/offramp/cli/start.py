"""Where the command starts: nothing is imported before Ctrl-C can be told in a line."""

import os
import sys

INTERRUPTED = 130  # 128 and the number of the signal, as shells expect


def main() -> int:
    """Import the command line and run it; returns its exit code, or 130 when stopped on the way."""
    # Matrices are small and points are spread over the cores: more threads for each only wait, and
    # round in another way.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from offramp.cli.app import main as run

        return run()
    except KeyboardInterrupt:
        print("Stopped; nothing was written.", file=sys.stderr)
        return INTERRUPTED

"""`python -m crosswire`."""

from __future__ import annotations

import sys

from crosswire.cli import main

if __name__ == "__main__":
    sys.exit(main())

"""`python -m bench.goals`: see bench.goals.run."""

import sys

from bench.goals.run import main

sys.exit(main())

import sys

from kapstone.cli import main

sys.exit(main())

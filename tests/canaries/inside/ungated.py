"""Command lines, each a JSON list, one after the other in a process.

`deploy` is as it is behind the gates of a protected environment.
"""

import json
import sys

from airlock.app import deploy
from airlock.cli.main import run

deploy.refuse_protected = lambda _: None
codes = [run(json.loads(line)) for line in sys.argv[1:]]
sys.exit(codes[0])

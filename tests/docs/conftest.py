from __future__ import annotations

import sys

from tests.docs.pages import EXAMPLES

sys.path.insert(0, str(EXAMPLES))

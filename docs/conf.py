"""How the pages are built: `sphinx-build -W -b html docs OUT`. Nothing is fetched."""

from __future__ import annotations

import sys
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))
sys.path.insert(0, str(Path(__file__).parents[1] / "tools"))

from bookable import __version__
from draw_states import drawing

project = "django-bookable"
author = "The django-bookable contributors"
project_copyright = f"2026, {author}"
version = release = __version__

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
myst_links_external_new_tab = False
exclude_patterns = ["examples", "_build"]
nitpicky = True

html_theme = "furo"
html_title = "django-bookable"
html_show_sphinx = False
html_theme_options = {
    "source_repository": "https://github.com/django-bookable/django-bookable/",
    "source_branch": "main",
    "source_directory": "docs/",
}


class BookingStates(Directive):
    """The diagram of a booking's states, drawn from the table in the code."""

    def run(self) -> list[nodes.Node]:
        return [nodes.raw("", drawing(), format="html")]


def setup(app: Sphinx) -> None:
    app.add_directive("booking-states", BookingStates)

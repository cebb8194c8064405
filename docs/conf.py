"""How the documentation is built: Sphinx, MyST, Furo; every warning is an error."""

from __future__ import annotations

project = "Kapstone"
author = "The Kapstone contributors"
project_copyright = "The Kapstone contributors. Apache-2.0"
extensions = ["myst_parser", "sphinx_copybutton"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Kapstone"
html_show_sphinx = False
html_copy_source = False
myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
copybutton_exclude = ".linenos, .gp"

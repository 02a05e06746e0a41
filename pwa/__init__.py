"""The phone app; this module only says where its built files lie."""

from pathlib import Path

DIST_DIR = Path(__file__).parent / "dist"

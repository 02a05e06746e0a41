"""F1: compressed bytes from a cold start to the first answerable question: shell, script, style, inbox and one form."""

import gzip
import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
TARGET_KB = 25.0
# What the page names is loaded at once; the worker, the manifest, icons and the later part come after.
NAMED = re.compile(r'(?:href|src)="/app/([^"]+\.(?:js|css))"')


def _gz(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def run(tier: str) -> list[dict[str, Any]]:
    """Add up what the phone must load; the form is the 63-line stress form's structure from the wire example."""
    dist = ROOT / "pwa" / "dist"
    page = (dist / "index.html").read_text("utf-8")
    n_shell = sum(_gz((dist / name).read_bytes()) for name in ["index.html", *NAMED.findall(page)])
    vectors = ROOT / "tests" / "vectors" / "wire"
    form = json.loads((vectors / "form.json").read_text("utf-8"))
    line = form["lines"][0]
    question = line["questions"][0]
    form["lines"] = [
        {
            **line,
            "item": f"SS{i:02d}",
            "text": f"{line['text']} ({i})",
            "questions": [{**question, "cell": f"SS{i:02d}.f_match"}],
        }
        for i in range(1, 61)
    ]
    n_data = _gz(json.dumps(form).encode()) + _gz((vectors / "inbox.json").read_bytes())
    kilobytes = (n_shell + n_data) / 1000
    return [
        {
            "id": "F1",
            "name": "bytes over the wire to the first answerable question, compressed",
            "value": f"{kilobytes:.1f} KB",
            "target": f"<= {TARGET_KB:.0f} KB",
            "bound": "bare page 4.7 KB",
            "reached": kilobytes <= TARGET_KB,
            "note": f"shell {n_shell / 1000:.1f} KB, inbox and form {n_data / 1000:.1f} KB",
        }
    ]

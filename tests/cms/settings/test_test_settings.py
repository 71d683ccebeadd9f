"""The tests' own settings leave nothing behind."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from cms.settings.environment import ROOT


def test_test_settings_make_no_folder_when_they_are_given_one(tmp_path: Path) -> None:
    environ = {**os.environ, "TMPDIR": str(tmp_path), "DATA_DIR": str(tmp_path / "given")}
    subprocess.run([sys.executable, "-c", "import cms.settings.test"], env=environ, cwd=ROOT, check=True)
    assert [path.name for path in tmp_path.iterdir()] == ["given"]

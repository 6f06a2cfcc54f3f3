"""Known vulnerabilities of what is installed, by pip-audit; an answer that never came is told apart from a clean one.

Ends with status 1 where one is known, else with 0: without the network nothing is known, which is no fault of ours.
"""

import json
import subprocess
import sys
from pathlib import Path

LIMIT_S = 120


def audit(command: list[str], limit_s: float = LIMIT_S) -> tuple[list[str], bool]:
    """What pip-audit says, in lines, and whether it knows of a vulnerability."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=limit_s)
        packages = json.loads(done.stdout)["dependencies"]
    except (OSError, subprocess.TimeoutExpired, ValueError, KeyError):
        return ["audit: the service for known vulnerabilities did not answer; nothing is known."], False
    # Where a mirror stands in for PyPI, every package is left out, and yet the whole counts as clean.
    asked = [package for package in packages if "skip_reason" not in package]
    if not asked:
        return [f"audit: the service knows none of {len(packages)} packages; nothing is known."], False
    found = [
        f"audit: {one['name']} {one['version']}: {flaw['id']}, mended in {', '.join(flaw['fix_versions']) or 'none'}"
        for one in asked
        for flaw in one["vulns"]
    ]
    return [*found, f"audit: {len(asked)} of {len(packages)} packages asked about, {len(found)} flaws known."], bool(
        found
    )


if __name__ == "__main__":
    tool = str(Path(sys.executable).with_name("pip-audit"))
    lines, known = audit([tool, "--skip-editable", "--progress-spinner=off", "--timeout=10", "--format=json"])
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(known)

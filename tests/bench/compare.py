"""How many of the documented mistakes a validator of schemas finds: kubeconform, given this project's own schemas.

The mistakes are the bad examples of all rules (docs/rules.md); a test of this project holds that `fgd check` refuses each
of them by its rule. Run by `make compare KUBECONFORM=/path/to/kubeconform`.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from bench_steps import kubeconform_schemas

from fgd_sync.model.code import Severity
from fgd_sync.rules.registry import RULES

PROOF = "misspelt"
_MISSPELT = "apiVersion: wiring.githedgehog.com/v1beta1\nkind: Server\nmetadata:\n  name: a\nspec:\n  descriptoin: b\n"
"""What any validator of schemas finds: if it is not refused, nothing was validated."""


def refused(program: str, folder: Path) -> set[str]:
    """The rules whose bad example is refused."""
    location = kubeconform_schemas(folder / "schemas")
    examples = folder / "examples"
    examples.mkdir()
    for rule in RULES.values():
        documents = [text for text in rule.bad.split("\n---\n") if not text.startswith("fgd:")]
        (examples / f"{rule.id}.yaml").write_text("\n---\n".join(documents))
    (examples / f"{PROOF}.yaml").write_text(_MISSPELT)
    command = [program, "-strict", "-output", "json", "-schema-location", location, str(examples)]
    done = subprocess.run(command, capture_output=True, check=False)
    found = json.loads(done.stdout)["resources"]
    return {Path(item["filename"]).stem for item in found if item["status"] in ("statusInvalid", "statusError")}


def main() -> None:
    """Print the counts."""
    program = os.environ.get("KUBECONFORM", "")
    if not program:
        sys.exit("set KUBECONFORM to the path of kubeconform")
    with tempfile.TemporaryDirectory() as scratch:
        found = refused(program, Path(scratch))
    if PROOF not in found:
        sys.exit("kubeconform did not find a misspelt field: the comparison proves nothing")
    found.discard(PROOF)
    wrong = {rule.id for rule in RULES.values() if rule.severity is Severity.ERROR}
    print(f"bad examples of {len(RULES)} rules, {len(wrong)} of them errors")
    print(f"kubeconform -strict, with our schemas: refuses {len(found)}, {len(found & wrong)} of the errors")


if __name__ == "__main__":
    main()

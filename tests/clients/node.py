"""Node, which runs what others made to speak GraphQL with."""

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PATIENCE_S = 60


@dataclass(frozen=True)
class Node:
    """The program of this path."""

    path: str

    def run(self, script: str, *arguments: str) -> list[Any]:
        """What a script of this folder prints: JSON, line by line.

        Raises: subprocess.SubprocessError, when it fails or takes longer than a minute.
        """
        command = [self.path, script, *arguments]
        done = subprocess.run(
            command, cwd=FOLDER, stdout=subprocess.PIPE, text=True, check=True, timeout=PATIENCE_S
        )
        return [json.loads(line) for line in done.stdout.splitlines()]

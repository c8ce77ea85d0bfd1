"""A reader that goes away and a person who presses Ctrl-C end the real process quietly."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pipes of POSIX")

CROSSWIRE = [sys.executable, "-m", "crosswire"]
# Unbuffered, Python takes the part that was read for all that was written, and goes on as if nothing had happened.
BUFFERED = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
FUNCTION = """\
  F{number}:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      InlineCode: "def handler(event, context): return None"
      Environment: {{Variables: {{AWS_REGION: eu-west-1}}}}
"""


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """A project with more to tell than any pipe holds."""
    functions = "".join(FUNCTION.format(number=number) for number in range(300))
    (tmp_path / "template.yaml").write_text(f"Transform: AWS::Serverless-2016-10-31\nResources:\n{functions}")
    return tmp_path


@pytest.mark.parametrize("format", ["text", "json", "sarif"])
def test_a_reader_of_a_few_lines_ends_it_quietly(large: Path, format: str) -> None:
    with started("check", str(large), "--format", format) as process:
        assert process.stdout is not None and process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(
    "arguments", [["--help"], ["check", "--help"], ["--version"], ["rules"], ["completions", "zsh"]]
)
def test_what_nobody_reads_ends_quietly(arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        result = subprocess.run([*CROSSWIRE, *arguments], stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def test_ctrl_c_ends_it_with_one_line_and_130(large: Path) -> None:
    with started("check", str(large), "--format", "json") as process:
        assert process.stdout is not None
        assert select.select([process.stdout], [], [], 60)[0], "nothing was printed"
        process.send_signal(signal.SIGINT)  # while it waits for the rest to be read
        assert process.wait(timeout=60) == 130  # which nobody does
        out, err = process.communicate()
    assert err == b"crosswire: interrupted\n"
    with pytest.raises(ValueError):
        json.loads(out)


def test_ctrl_c_while_it_checks_ends_it_in_the_same_way(large: Path) -> None:
    script = (
        "import os, signal, sys; from crosswire import cli, lint; check = lint.check\n"
        "def interrupted(*given): os.kill(os.getpid(), signal.SIGINT); return check(*given)\n"
        "lint.check = interrupted; sys.argv = ['crosswire', 'check', '.']; sys.exit(cli.main())"
    )
    result = subprocess.run([sys.executable, "-c", script], cwd=large, capture_output=True, check=False)
    assert (result.returncode, result.stdout, result.stderr) == (130, b"", b"crosswire: interrupted\n")


def started(*arguments: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([*CROSSWIRE, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=BUFFERED)

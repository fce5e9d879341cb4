"""The examples of the README and of examples/python run, and print what they say."""

import doctest
import os
import subprocess
import sys


def test_the_readme(new_host, root, monkeypatch):
    monkeypatch.chdir(root)
    text = (root / "clients/python/README.md").read_text(encoding="utf-8").replace("localhost:4242", new_host)
    parser = doctest.DocTestParser()
    blocks = "\n\n".join(part.split("```")[0] for part in text.split("```pycon\n")[1:])
    test = parser.get_doctest(blocks, {}, "README.md", "README.md", 0)
    assert len(test.examples) >= 8
    assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0


def test_the_example(new_host, root):
    command = [sys.executable, "./examples/python/example.py", "--host", new_host]
    printed = subprocess.run(command, cwd=root, env=os.environ, check=True, capture_output=True, text=True).stdout
    lines = printed.splitlines()
    assert lines[0] == "Init of Fluxion resource graph success!"
    assert lines[1] == "Match of jobspec to Fluxion graph success!"
    assert lines[2].startswith('{"graph"')
    assert lines[-1] == "Cancel of jobid 1 success!"

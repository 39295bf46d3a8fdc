#!/usr/bin/env python3
"""Rules of the source tree that a compiler does not know.

    lint.py RULE --root ROOT [--binary L2LBENCH] [--clang-format FILE]   checks the tree
    lint.py RULE --self-test [--clang-format FILE]                       plants faults and demands that they are found
    lint.py --list                                                       prints the names of the rules
    lint.py --rooms [--root ROOT]                                        prints the rooms, their sizes, and who includes whom

Exit code 0: nothing found; 1: findings, one a line; 77: this machine cannot check the rule.
"""
import argparse
import pathlib
import sys
import tempfile

from floor_plan import floor_plan
from planted import CLEAN, PLANTED
from rules import RULES, Skipped
from tree import Tree

SKIPPED = 77
# Stands in for the program: knows suites with the key `good` only.
FAKE_BINARY = """#!/bin/sh
if [ "$1" = schema ]; then
  echo '{"required": ["good"], "properties":
         {"good": {"type": "integer", "minimum": 1, "maximum": 9, "description": "a number"}}}'
elif grep -q bad "$2"; then
  echo "$2:1:1: unknown key" >&2
  exit 2
fi
"""


def write(root, files):
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def self_test(rule, clang_format):
    """The faultless tree gives nothing; the planted faults are found, all of them and nothing else."""
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder) / "tree"
        write(root, CLEAN)
        binary = pathlib.Path(folder) / "fake-l2lbench"
        binary.write_text(FAKE_BINARY)
        binary.chmod(0o755)
        unexpected = rule(Tree(root, str(binary), clang_format))
        if unexpected:
            return ["finds faults where there are none:", *unexpected]
        files, places = PLANTED[rule.__name__]
        write(root, files)
        findings = rule(Tree(root, str(binary), clang_format))
        found = {":".join(finding.split(":")[:2]) for finding in findings}
        if found != set(places):
            return [f"planted {sorted(places)}", f"found   {sorted(found)}"]
    return []


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = {rule.__name__: rule for rule in RULES}
    parser.add_argument("rule", nargs="?", choices=names)
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parents[2])
    parser.add_argument("--binary")
    parser.add_argument("--clang-format", dest="clang_format")
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--rooms", action="store_true")
    options = parser.parse_args()
    if options.rooms:
        print(floor_plan(Tree(options.root)))
        return 0
    if options.list:
        print("\n".join(names))
        return 0
    if not options.rule:
        parser.error("which rule?")
    rule = names[options.rule]
    try:
        if options.self_test:
            findings = self_test(rule, options.clang_format)
        else:
            tree = Tree(options.root, options.binary, options.clang_format)
            if not tree.cpp():
                sys.exit(f"{options.root} holds no sources: wrong --root?")
            findings = rule(tree)
    except Skipped as reason:
        print(f"skipped: {reason}")
        return SKIPPED
    print("\n".join(findings) if findings else "nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

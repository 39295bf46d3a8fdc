#!/usr/bin/env python3
"""cmake/L2lBuildInfo.cmake: which revision a program says it was built from."""
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import unittest

CMAKE = sys.argv.pop(1)
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "cmake"


class BuildInfo(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.source = pathlib.Path(folder.name) / "a tree"
        self.header = pathlib.Path(folder.name) / "build_info.hpp"
        self.source.mkdir()
        (self.source / "file").write_text("1")

    def git(self, *arguments):
        # The user's own settings (signing, hooks) and an enclosing repository are kept out.
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
        identity = ["-c", "user.name=x", "-c", "user.email=x@example.org"]
        return subprocess.run(["git", *identity, *arguments], cwd=self.source, env=environment, check=True, text=True,
                              capture_output=True).stdout.strip()

    def info(self):
        values = {"SOURCE_DIR": self.source, "VERSION": "1.2", "COMPILER": "GNU 12", "FLAGS": "-O3 -x", "BUILD_TYPE": "Release",
                  "TEMPLATE": FOLDER / "build_info.hpp.in", "HEADER": self.header}
        subprocess.run([CMAKE, *[f"-D{name}={value}" for name, value in values.items()], "-P", FOLDER / "L2lBuildInfo.cmake"],
                       env={**os.environ, "GIT_CEILING_DIRECTORIES": str(self.source.parent)}, check=True)
        return dict(re.findall(r'k(\w+) = "?([^";]*)"?;', self.header.read_text()))

    def test_without_git(self):
        self.assertEqual(self.info(), {"Version": "1.2", "Revision": "unknown", "Dirty": "false", "Compiler": "GNU 12",
                                       "Flags": "-O3 -x", "BuildType": "Release"})

    def test_revision_and_changes(self):
        self.git("init", "-q")
        self.git("add", "file")
        self.git("commit", "-qm", "first")
        first = self.git("rev-parse", "HEAD")
        self.assertEqual((self.info()["Revision"], self.info()["Dirty"]), (first, "false"))
        (self.source / "untracked").write_text("2")  # runs, builds and notes lie about
        self.assertEqual(self.info()["Dirty"], "false")
        os.utime(self.header, (1, 1))
        self.info()
        self.assertEqual(self.header.stat().st_mtime, 1)  # nothing new: nothing to build again
        (self.source / "file").write_text("2")
        self.assertEqual((self.info()["Revision"], self.info()["Dirty"]), (first, "true"))
        self.git("commit", "-qam", "second")
        self.assertEqual(self.info()["Dirty"], "false")
        self.assertNotEqual(self.info()["Revision"], first)


if __name__ == "__main__":
    unittest.main(verbosity=2)

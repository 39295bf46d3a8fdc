#!/usr/bin/env python3
"""./l2lbench on machines that are bare, locked, offline, full, foreign or busy; see fakes.py."""
import os
import shutil
import tempfile
import unittest

from fakes import Machine


class BootstrapTest(unittest.TestCase):
    def machine(self, **options):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        return Machine(folder.name, **options)

    def assert_refused(self, done, *phrases):
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stdout, "")
        for phrase in phrases:
            self.assertIn(phrase, done.stderr)


class Packages(BootstrapTest):
    LINE = "    apt-get update && apt-get install -y --no-install-recommends ninja-build libfmt-dev\n"

    def test_neither_root_nor_sudo(self):
        machine = self.machine(missing="libfmt-dev ninja-build", without=["sudo"])
        self.assert_refused(machine.run("list", FAKE_UID="1000"), self.LINE)
        self.assertEqual(machine.calls("apt-get"), [])

    def test_sudo_that_refuses(self):
        machine = self.machine(missing="libfmt-dev ninja-build")
        self.assert_refused(machine.run("list", FAKE_UID="1000"), self.LINE)
        self.assertEqual(machine.calls("apt-get"), [])

    def test_sudo(self):
        machine = self.machine(missing="libfmt-dev")
        machine.set("sudo-allowed")
        done = machine.run("list", FAKE_UID="1000", http_proxy="http://proxy:1")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("http_proxy=http://proxy:1", machine.calls("sudo")[-1])
        self.assertEqual(machine.calls("apt-get")[-1][-3:], ["install", "--no-install-recommends", "libfmt-dev"])

    def test_root_installs_what_is_missing_without_questions(self):
        machine = self.machine(missing="libfmt-dev cmake")
        done = machine.run("list")
        self.assertEqual((done.returncode, done.stdout.splitlines()[-1]), (0, "<list>"), done.stderr)
        self.assertEqual(machine.calls("apt-get")[-1][-4:], ["install", "--no-install-recommends", "cmake", "libfmt-dev"])
        self.assertIn("-y", machine.calls("apt-get")[-1])
        # Messages in English, because failures are told apart by them.
        self.assertIn("DEBIAN_FRONTEND=noninteractive LC_ALL=C\n", (machine.state / "env").read_text())
        self.assertEqual(machine.calls("sudo"), [])

    def test_packages_of_the_tests_are_for_who_asks_for_tests(self):
        for words in (["build"], ["test"]):
            machine = self.machine(missing="catch2 clang")
            done = machine.run("run", "suite.yaml")
            self.assertEqual((done.returncode, machine.calls("apt-get")), (0, []), done.stderr)
            self.assertEqual(machine.run(*words).returncode, 0)
            self.assertEqual(machine.calls("apt-get")[-1][-3:], ["--no-install-recommends", "catch2", "clang"])

    def test_packages_of_the_tests_are_kept_where_the_tests_are(self):
        machine = self.machine()
        machine.run("build")
        machine.run("list", FAKE_MISSING="catch2")  # configuring again would need it
        self.assertEqual(machine.calls("apt-get")[-1][-1], "catch2")

    def test_a_browser_is_for_tests_only(self):
        machine = self.machine(missing="chromium")
        for words in (["list"], ["build"]):
            self.assertEqual(machine.run(*words).returncode, 0)
            self.assertEqual(machine.calls("apt-get"), [])
        machine.run("test")
        self.assertEqual(machine.calls("apt-get")[-1][-2:], ["--no-install-recommends", "chromium"])

    def test_removed_packages_of_which_settings_are_left_are_missing(self):
        machine = self.machine()
        self.assertEqual(machine.run("list", FAKE_REMOVED="libfmt-dev").returncode, 0)
        self.assertEqual(machine.calls("apt-get")[-1][-1], "libfmt-dev")

    def test_waits_for_the_package_lock_and_tries_again(self):
        machine = self.machine(missing="libfmt-dev")
        machine.run("list")
        for call in machine.calls("apt-get"):
            self.assertIn("DPkg::Lock::Timeout=300", call)  # the five minutes of the message
            self.assertIn("Acquire::Retries=3", call)

    def test_input_is_left_to_the_program(self):
        machine = self.machine(missing="libfmt-dev")
        machine.set("apt-fails", "E: Failed to fetch x 404 Not Found\n")
        machine.set("apt-fails-once")
        done = machine.run("cat", stdin="typed")
        if done.returncode != 0:  # no lists here: the first call was their refresh, which failed
            done = machine.run("cat", stdin="typed")
        self.assertTrue(done.stdout.endswith("typed"), done.stderr)

    def test_an_installation_that_fails_after_a_refresh_is_explained(self):
        machine = self.machine(missing="libfmt-dev")
        machine.set("apt-install-fails", "E: Unable to locate package libfmt-dev\n")
        self.assert_refused(machine.run("list"), "Debian 12 (bookworm) or newer")

    def test_stale_lists_are_refreshed_once(self):
        machine = self.machine(missing="libfmt-dev")
        machine.set("apt-fails", "E: Failed to fetch x 404 Not Found\n")
        machine.set("apt-fails-once")
        done = machine.run("list")
        if machine.calls("apt-get")[0][-1] == "update":  # no lists here: the first call, which fails, refreshes them
            self.assert_refused(done, "no network")
        else:
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertEqual([call[-1] for call in machine.calls("apt-get")], ["libfmt-dev", "update", "libfmt-dev"])

    def test_failures_are_explained(self):
        for output, phrase in {
            "E: Could not get lock /var/lib/dpkg/lock-frontend. It is held by process 7": "holds the package lock",
            "Err: Temporary failure resolving 'mirror'\nE: Unable to locate package libfmt-dev": "no network to the package mirror",
            "E: You don't have enough free space in /var/cache/apt/archives/.": "the disk is full",
            "E: Unable to locate package libfmt-dev": "Debian 12 (bookworm) or newer",
            "E: something else": "apt-get failed",
        }.items():
            with self.subTest(phrase):
                machine = self.machine(missing="libfmt-dev")
                machine.set("apt-fails", output + "\n")
                self.assert_refused(machine.run("list"), phrase, "  | " + output.splitlines()[0], "full log: ")

    def test_foreign_system(self):
        machine = self.machine(without=["dpkg-query", "apt-get"])
        self.assert_refused(machine.run("list"), "no Debian", "libxtensor-dev", "libtbb-dev", "L2LBENCH_PACKAGES=skip")
        self.assertEqual(machine.run("list", L2LBENCH_PACKAGES="skip").returncode, 0)


class HandOver(BootstrapTest):
    def test_arguments_directory_input_and_exit_code(self):
        machine = self.machine()
        elsewhere = machine.folder / "else where"
        elsewhere.mkdir()
        arguments = ["cat", "a b", "*", "", "--preset", "x\ny", "--", "$HOME", "test", "\\"]
        done = machine.run(*arguments, cwd=elsewhere, stdin="typed", FAKE_EXIT="3")
        self.assertEqual(done.stdout, f"cwd={elsewhere}\n" + "".join(f"<{a}>\n" for a in arguments) + "typed")
        self.assertEqual(done.returncode, 3)

    def test_through_a_symbolic_link(self):
        machine = self.machine()
        link = machine.folder / "link"
        link.symlink_to(machine.root / "l2lbench")
        self.assertEqual(machine.run("list", script=link).stdout.splitlines()[-1], "<list>")
        self.assertEqual(machine.calls("ninja")[0][1], str(machine.root / "build/release"))

    def test_signals_reach_the_program(self):
        machine = self.machine()
        machine.set("program", "#!/bin/bash\necho $$\n")
        process = machine.start("list")
        self.assertEqual(process.communicate(timeout=60)[0], f"{process.pid}\n")

    def test_nothing_changed_costs_two_queries_and_no_word(self):
        machine = self.machine()
        self.assertIn("first time", machine.run("list").stderr)
        done = machine.run("list")
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        called = [name for name in ("dpkg-query", "ninja", "cmake", "apt-get", "sudo", "c++") for _ in machine.calls(name)]
        self.assertEqual(called, ["dpkg-query", "ninja"])


class Build(BootstrapTest):
    def test_configures_again_for_other_presets_file_and_other_place(self):
        machine = self.machine()
        machine.run("list")
        stamp = machine.root / "build/release/.l2lbench-configured"
        os.utime(stamp, (1, 1))
        machine.run("list")
        self.assertEqual(len(machine.calls("cmake")), 1)
        copy = machine.folder / "copy"
        shutil.copytree(machine.root, copy)
        machine.run("list", script=copy / "l2lbench")
        self.assertEqual(len(machine.calls("cmake")), 1)
        self.assertEqual(machine.calls("ninja")[0][1], str(copy / "build/release"))

    PROGRAM_ONLY = {"-DL2L_TESTS=OFF", "-DL2L_BENCHMARKS=OFF"}

    def test_to_run_the_program_nothing_else_is_configured(self):
        machine = self.machine()
        machine.run("list")
        self.assertLessEqual(self.PROGRAM_ONLY, set(machine.calls("cmake")[0]))
        machine.run("build", "--preset", "debug")
        self.assertFalse(self.PROGRAM_ONLY & set(machine.calls("cmake")[0]))

    def test_tests_are_configured_when_asked_for_and_then_kept(self):
        machine = self.machine()
        machine.run("list")
        machine.run("test")
        self.assertFalse(self.PROGRAM_ONLY & set(machine.calls("cmake")[0]))
        for words in (["list"], ["build"], ["test"]):
            machine.run(*words)
            self.assertEqual(machine.calls("cmake"), [])
        os.utime(machine.root / "build/release/.l2lbench-configured", (1, 1))  # the presets have changed
        machine.run("list")
        self.assertEqual(len(machine.calls("cmake")), 1)
        self.assertFalse(self.PROGRAM_ONLY & set(machine.calls("cmake")[0]))

    def test_failed_configuration_is_told_and_done_again(self):
        machine = self.machine()
        machine.run("list")
        (machine.root / "build/release/build.ninja").unlink()
        machine.set("cmake-fails", "CMake Error: no such package\n")
        self.assert_refused(machine.run("list"), "configuring failed", "  | CMake Error: no such package")
        machine.set("cmake-fails", "")
        self.assertEqual(machine.run("list").returncode, 0)
        self.assertEqual(len(machine.calls("cmake")), 1)

    def test_only_the_program_is_built_to_run_it(self):
        machine = self.machine()
        machine.run("list")
        self.assertEqual(machine.calls("ninja")[0][-1], "l2lbench")

    def test_failed_build(self):
        for output, phrase in {
            "FAILED: a.o\na.cpp:1:1: error: expected": "building failed",
            "fatal error: error writing to a.s: No space left on device": "the disk is full",
            "c++: fatal error: Killed signal terminated program cc1plus": "too little memory",
        }.items():
            with self.subTest(phrase):
                machine = self.machine()
                machine.set("ninja-fails", output + "\n")
                self.assert_refused(machine.run("list"), phrase, "  | " + output.splitlines()[0], "build-release.log")

    def test_old_compiler(self):
        self.assert_refused(self.machine().run("list", FAKE_GCC="10"), "GCC 10; GCC 12 or newer is needed")
        clang = self.machine().run("list", FAKE_COMPILER="Debian clang version 14.0.6", FAKE_GCC="4.2.1")
        self.assertEqual(clang.returncode, 0, clang.stderr)  # calls itself an old GCC

    def test_no_compiler(self):
        self.assert_refused(self.machine().run("list", CXX="absent++"), "'absent++' was not found")

    def test_unwritable(self):
        machine = self.machine()
        (machine.root / "build").write_text("a file")
        self.assert_refused(machine.run("list"), "cannot write to", "for joe")

    def test_jobs_fit_into_memory(self):
        machine = self.machine()
        machine.run("list", FAKE_CORES="64", FAKE_KIB="3200000")
        few = machine.calls("ninja")[0]
        self.assertIn(few[few.index("-j") + 1], ("1", "2"))
        machine.run("list", FAKE_CORES="1")
        self.assertEqual(machine.calls("ninja")[0][few.index("-j") + 1], "1")
        machine.run("list", FAKE_CORES="64", FAKE_KIB="1000")
        self.assertEqual(machine.calls("ninja")[0][few.index("-j") + 1], "1")

    def test_compiler_cache_where_there_is_one(self):
        launcher = "-DCMAKE_CXX_COMPILER_LAUNCHER=ccache"
        for machine, used in ((self.machine(), True), (self.machine(without=["ccache"]), False)):
            machine.run("list")
            self.assertEqual(launcher in machine.calls("cmake")[0], used)

    def test_what_outlives_a_build_does_not_hold_its_lock(self):
        machine = self.machine(missing="libfmt-dev")
        machine.run("list", FAKE_DAEMON="yes")
        self.assertNotIn("waiting", machine.run("list").stderr)

    def test_compiler_cache_without_a_home(self):
        machine = self.machine()
        machine.run("list", HOME="/nonexistent")
        self.assertIn(f"CCACHE_DIR={machine.root}/build/ccache\n", (machine.state / "env").read_text())

    def test_two_at_a_time(self):
        machine = self.machine()
        started = [machine.start("list", str(i), FAKE_BUILD_SECONDS="0.3") for i in range(3)]
        outputs = [process.communicate(timeout=60) for process in started]
        self.assertEqual([process.returncode for process in started], [0, 0, 0], outputs)
        self.assertFalse((machine.state / "clash").exists())
        self.assertTrue(any("waiting" in stderr for _, stderr in outputs), outputs)
        self.assertEqual(len(machine.calls("cmake")), 1)


class OwnWords(BootstrapTest):
    def test_test(self):
        machine = self.machine()
        done = machine.run("test", "--preset", "tsan", "-R", "a b", FAKE_CTEST_EXIT="8")
        self.assertEqual(done.returncode, 8)
        self.assertEqual(done.stdout.splitlines()[-1], "2 passed, 1 failed")
        call = machine.calls("ninja")[0]
        self.assertEqual([call[1], call[-1]], [str(machine.root / "build/tsan"), "all"])
        self.assertEqual(machine.calls("ctest")[0][-3:], ["--output-on-failure", "-R", "a b"])
        self.assertIn(f"suppressions='{machine.root}/tests/support/tsan.supp'", (machine.state / "env").read_text())

    def test_test_without_a_summary(self):
        machine = self.machine()
        machine.set("ctest-output", "Total Tests: 3\n")
        self.assertEqual(machine.run("test", "-N").stdout, "Total Tests: 3\n")

    def test_slurm(self):
        machine = self.machine(missing="slurmctld slurmd")
        self.assertEqual(machine.run("test").returncode, 0)
        self.assertEqual(machine.calls("apt-get"), [])  # only who asks for it gets Slurm, and its tests
        self.assertNotIn("-C", machine.calls("ctest")[0])
        self.assert_refused(machine.run("test", "--slurm", FAKE_UID="1000"), "needs root")
        done = machine.run("test", "--slurm", "-V")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(machine.calls("apt-get")[-1][-2:], ["slurmctld", "slurmd"])
        self.assertEqual(machine.calls("ctest")[0][-5:], ["-C", "slurm", "-L", "slurm", "-V"])

    def test_build(self):
        machine = self.machine()
        done = machine.run("build", "--preset=debug")
        self.assertEqual((done.returncode, done.stdout), (0, ""))
        self.assertEqual(machine.calls("ninja")[0][1], str(machine.root / "build/debug"))
        self.assert_refused(machine.run("build", "all"), "not 'all'")

    def test_wrong_preset(self):
        for arguments in (["--preset", "fast"], ["--preset="], ["--preset"]):
            self.assert_refused(self.machine().run("test", *arguments), "use release, debug, asan-ubsan or tsan")


if __name__ == "__main__":
    unittest.main(verbosity=2)

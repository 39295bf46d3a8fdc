"""A copy of ./l2lbench in a folder of its own, with a PATH on which everything that matters is a fake."""
import os
import pathlib
import shutil
import subprocess

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "l2lbench"

# What the script may use from a bare Debian 12; all else on its PATH is a fake.
REAL = ["bash", "sh", "env", "dirname", "readlink", "mkdir", "rm", "cat", "chmod", "sleep", "rmdir", "flock", "grep", "sed",
        "tail", "tee"]

# Every fake first writes its name and its arguments to $FAKE_LOG, tabs between them.
FAKES = {
    "dpkg-query": 'for p in "${@:4}"; do status=installed; [[ -e $FAKE_STATE/installed ]] || {\n'
                  '[[ " $FAKE_MISSING " != *" $p "* ]] || continue\n'
                  '[[ " $FAKE_REMOVED " != *" $p "* ]] || status=config-files; }; echo "$status $p"; done',
    "apt-get": 'echo "DEBIAN_FRONTEND=$DEBIAN_FRONTEND LC_ALL=$LC_ALL" >>"$FAKE_STATE/env"\n'
               'if [[ " $* " == *" install "* && -s $FAKE_STATE/apt-install-fails ]]; then '
               'cat "$FAKE_STATE/apt-install-fails"; exit 100; fi\n'
               'if [[ -s $FAKE_STATE/apt-fails ]]; then cat "$FAKE_STATE/apt-fails"; '
               '[[ ! -e $FAKE_STATE/apt-fails-once ]] || rm "$FAKE_STATE/apt-fails"; exit 100; fi\n'
               '[[ " $* " != *" install "* ]] || : >"$FAKE_STATE/installed"',
    "sudo": '[[ -e $FAKE_STATE/sudo-allowed ]] || exit 1\n[[ $1 == -n ]] || exit 1\nshift\n[[ $1 == true ]] || exec "$@"',
    "id": 'case $1 in -u) echo "${FAKE_UID:-0}" ;; -un) echo joe ;; esac',
    "nproc": 'echo "${FAKE_CORES:-2}"',
    "awk": 'echo "${FAKE_KIB:-16000000}"',
    "ccache": "exit 0",
    "c++": 'case $1 in --version) echo "${FAKE_COMPILER:-c++ (GCC)}" ;; -dumpversion) echo "${FAKE_GCC:-12}" ;; esac',
    "cmake": 'for a; do case $a in release|debug|tsan|asan-ubsan) preset=$a ;; esac; done\n'
             'if [[ " $* " != *" --fresh "* && -e build/$preset/build.ninja ]]; then '
             'echo "CMake Error: the source does not match the source used before"; exit 1; fi\n'
             'mkdir -p "build/$preset/bin"; : >"build/$preset/build.ninja"\n'
             'if [[ -s $FAKE_STATE/cmake-fails ]]; then cat "$FAKE_STATE/cmake-fails"; exit 1; fi',
    "ninja": 'echo "CCACHE_DIR=$CCACHE_DIR" >>"$FAKE_STATE/env"\n'
             'mkdir "$FAKE_STATE/ninja-runs" || { echo two at a time >>"$FAKE_STATE/clash"; exit 1; }\n'
             'sleep "${FAKE_BUILD_SECONDS:-0}"; rmdir "$FAKE_STATE/ninja-runs"\n'
             'if [[ -s $FAKE_STATE/ninja-fails ]]; then cat "$FAKE_STATE/ninja-fails" >&2; exit 1; fi\n'
             'cp() { cat "$1" >"$2"; chmod +x "$2"; }; cp "$FAKE_STATE/program" "$2/bin/l2lbench"',
    "ctest": 'printf "%s\\n" "TSAN_OPTIONS=$TSAN_OPTIONS" >>"$FAKE_STATE/env"; cat "$FAKE_STATE/ctest-output"; exit "${FAKE_CTEST_EXIT:-0}"',
}
READERS = ["apt-get", "cmake", "ninja"]  # they swallow their input, which must not be the program's
PROGRAM = '#!/bin/bash\nprintf "cwd=%s\\n" "$PWD"\nprintf "<%s>\\n" "$@"\n[[ $1 != cat ]] || cat\nexit "${FAKE_EXIT:-0}"\n'
CTEST_OUTPUT = "1/3 Test #1: a ... Passed\n\n67% tests passed, 1 tests failed out of 3\n\nTotal Test time (real) = 0.1 sec\n"


class Machine:
    """A machine to run the script on. `missing` are the packages that dpkg does not have."""

    def __init__(self, folder, missing="", without=()):
        self.folder = pathlib.Path(folder)
        self.root = self.folder / "a tree"
        self.state = self.folder / "state"
        self.bin = self.folder / "bin"
        for path in (self.root, self.state, self.bin):
            path.mkdir()
        shutil.copy(SCRIPT, self.root / "l2lbench")
        (self.root / "CMakePresets.json").write_text("{}")
        (self.state / "program").write_text(PROGRAM)
        (self.state / "ctest-output").write_text(CTEST_OUTPUT)
        for name in REAL:
            (self.bin / name).symlink_to(shutil.which(name))
        for name, body in FAKES.items():
            if name not in without:
                log = f'#!/bin/bash\n{{ printf %s {name}; printf "\\t%s" "$@"; echo; }} >>"$FAKE_LOG"\n'
                if name in READERS:
                    log += "cat >/dev/null\n"
                    log += "if [[ -n ${FAKE_DAEMON:-} ]]; then sleep 5 </dev/null &>/dev/null & fi\n"  # like a compiler cache's server
                (self.bin / name).write_text(log + body + "\n")
                (self.bin / name).chmod(0o755)
        self.log = self.state / "log"
        self.env = {"PATH": str(self.bin), "HOME": str(self.folder), "FAKE_LOG": str(self.log), "FAKE_STATE": str(self.state),
                    "FAKE_MISSING": missing}

    def command(self, *arguments, script=None):
        return [str(script or self.root / "l2lbench"), *arguments]

    def run(self, *arguments, cwd=None, stdin="", script=None, **env):
        """Runs the script; the log then holds the calls of this run only."""
        self.log.write_text("")
        return subprocess.run(self.command(*arguments, script=script), cwd=cwd or self.folder, input=stdin, text=True,
                              capture_output=True, env={**self.env, **env}, timeout=60, check=False)

    def start(self, *arguments, **env):
        return subprocess.Popen(self.command(*arguments), cwd=self.folder, stdin=subprocess.DEVNULL, text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ, **self.env, **env})

    def set(self, name, text="yes\n"):
        (self.state / name).write_text(text)

    def calls(self, name):
        """The argument lists of the calls of one fake."""
        lines = [line.split("\t") for line in self.log.read_text().splitlines()]
        return [line[1:] for line in lines if line[0] == name]

"""The linker trap of files that are compiled once for every instruction set.

The linker keeps one copy of an inline function or template, whatever object it is from. If the copy of a function
that the rest of the program uses was compiled for AVX-512, the program crashes where there is no AVX-512, and the
bits of results depend on the order of objects. So in every object that holds code of an instruction set (its
namespace is called N_<TARGET> by Highway), functions that the linker may merge are
  - inside such a namespace, so that only code of the same instruction set uses them, or
  - compiled for the machine that everybody has: none of their instructions is newer than SSE2.
Objects of optimizers/kernels hold nothing but kernels, and are held to the first, but for a list with reasons.

  check_symbols.py --build DIR --source DIR
  check_symbols.py --self-test --compiler CXX
"""
import argparse
import json
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

TARGETS = ("SCALAR", "EMU128", "SSE2", "SSSE3", "SSE4", "AVX2", "AVX3", "AVX3_DL", "AVX3_ZEN4", "NEON")
OF_A_TARGET = re.compile("|".join(f"{len(name) + 2}N_{name}" for name in TARGETS))  # in a mangled name
# Of optimizers/kernels: (pattern of the demangled name, why it may be there).
ALLOWED = [
    (r"^l2l::LstmNet::\w+\(unsigned long\) const$|^l2l::LstmNet::\w+\(\) const$",
     "sizes of a plain struct, defined before the code of a target begins; only emitted without optimisation"),
    (r"^hwy::", "Highway's own bookkeeping of targets, defined in its headers before the code of a target begins"),
    (r"^std::", "the standard library's, instantiated outside of the code of a target"),
]
NEWER = re.compile(
    r"^(?:v(?!err\b|erw\b)\w+"  # AVX and later
    r"|addsubp[sd]|h(?:add|sub)p[sd]|mov(?:ddup|shdup|sldup)|lddqu"  # SSE3
    r"|pabs[bwd]|palignr|ph(?:add|sub)(?:w|d|sw)|pmaddubsw|pmulhrsw|pshufb|psign[bwd]"  # SSSE3
    r"|p?blendv?(?:p[sd]|b|w)|dpp[sd]|extractps|insertps|movntdqa|mpsadbw|packusdw|pcmp(?:eq|gt)q|pextr[bdq]"  # SSE4
    r"|phminposuw|pinsr[bdq]|p(?:max|min)(?:s[bd]|u[wd])|pmov[sz]x\w+|pmul(?:dq|ld)|ptest|round[ps][sd]|pcmp[ei]str[im]|crc32\w?"
    r"|aes\w+|pclmul\w*|sha(?:1|256)\w+|popcnt|lzcnt|movbe"
    r"|andn|bextr|bls(?:i|r|msk)|bzhi|mulx|p(?:dep|ext)|(?:ror|sar|shl|shr)x)$")


def run(*command):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def merged_functions(path):
    """Mangled names of the functions in an object that the linker may replace by another object's; whether the
    object holds code of an instruction set at all."""
    names, has_targets = set(), False
    for line in run("nm", "--defined-only", "--no-sort", path).splitlines():
        kind, name = line.split(maxsplit=2)[1:]
        has_targets |= bool(OF_A_TARGET.search(name))
        if kind in "Ww":
            names.add(name)
    return names, has_targets


def newer_instructions(path, names):
    """Function -> its first instruction that not every machine has."""
    found, function = {}, None
    for line in run("objdump", "-d", "--no-show-raw-insn", path).splitlines():
        header = re.match(r"^[0-9a-f]+ <(.+)>:$", line)
        if header:
            function = header[1]
        elif function in names and function not in found:
            text = line.partition(":")[2].split("#")[0].strip()
            words = [w for w in text.split() if w not in ("lock", "rep", "repz", "repnz", "notrack", "bnd", "data16")]
            if words and (NEWER.match(words[0]) or re.search(r"%[yz]mm\d", text)):
                found[function] = text
    return found


def demangled(name):
    return run("c++filt", name).strip()


def check_object(path, label, kernels_only):
    names, has_targets = merged_functions(path)
    if not has_targets:
        return None
    shared = {name for name in names if not OF_A_TARGET.search(name)}
    findings = [f"{label}: {demangled(name)} is compiled for one instruction set ({text}) but the linker may hand it to "
                "everybody: move it into the target's namespace, or out of the code of a target"
                for name, text in sorted(newer_instructions(path, shared).items())]
    if kernels_only:
        for name in sorted(shared):
            plain = demangled(name)
            if not any(re.search(pattern, plain) for pattern, _ in ALLOWED):
                findings.append(f"{label}: {plain} is no code of a target: kernels use nothing of the rest of the program "
                                "(or give a reason in ALLOWED)")
    return findings


def objects_of(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        words = shlex.split(entry["command"])
        output = pathlib.Path(entry["directory"]) / words[words.index("-o") + 1]
        if output.suffix == ".o":  # the others are precompiled headers, which the linker never sees
            yield pathlib.Path(entry["file"]), output


def check_build(build, source):
    findings, checked, absent = [], 0, 0
    for file, path in objects_of(build):
        if not path.exists():
            absent += 1
            continue
        label = file.relative_to(source).as_posix() if file.is_relative_to(source) else str(file)
        found = check_object(str(path), label, label.startswith("optimizers/kernels/"))
        if found is not None:
            checked += 1
            findings += found
    print(f"{checked} objects with code of several instruction sets" + (f", {absent} objects not built" if absent else ""))
    if checked == 0:
        findings.append("no object with code of an instruction set was found: is the tree built?")
    return findings


CLEAN = """
#define HWY_DISABLED_TARGETS (HWY_SSSE3 | HWY_SSE4 | HWY_AVX3 | HWY_AVX3_DL)  // leaves AVX2, then SCALAR
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "planted.cpp"
#include "hwy/foreach_target.h"
#include "hwy/highway.h"
@BEFORE@
HWY_BEFORE_NAMESPACE();
@INSIDE@
namespace l2l { namespace HWY_NAMESPACE {
template <class T> __attribute__((noinline)) T Own(const T* x) { T s = 0; for (int i = 0; i < 64; ++i) s += x[i] * x[i]; return s; }
float Use(const float* x) { return Own(x) @USE@; }
} }
HWY_AFTER_NAMESPACE();
"""
SHARED = """
#ifndef L2L_SHARED
#define L2L_SHARED
namespace l2l { @KIND@ float Shared(const float* x) { float y[64]; for (int i = 0; i < 64; ++i) y[i] = x[i] + 1; return y[int(x[0]) & 63]; } }
#endif
"""
INLINE = SHARED.replace("@KIND@", "__attribute__((noinline)) inline")


def self_test(compiler):
    def findings(kernels_only=False, before="", inside="", use=""):
        with tempfile.TemporaryDirectory() as folder:
            source = pathlib.Path(folder, "planted.cpp")
            source.write_text(CLEAN.replace("@BEFORE@", before).replace("@INSIDE@", inside).replace("@USE@", use))
            run(compiler, "-std=c++20", "-O2", "-I", folder, "-c", str(source), "-o", str(source) + ".o")
            return check_object(str(source) + ".o", "planted.cpp", kernels_only)

    expected = [
        ("code of a target only", findings(kernels_only=True), 0),
        ("an inline function before it", findings(before=INLINE, use="+ l2l::Shared(x)"), 0),
        ("the same in a kernel", findings(kernels_only=True, before=INLINE, use="+ l2l::Shared(x)"), 1),
        ("an inline function in the midst of it", findings(inside=INLINE, use="+ l2l::Shared(x)"), 1),
    ]
    return [f"{what}: {len(found)} findings instead of {count}: {found}" for what, found, count in expected if len(found) != count]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--source", type=pathlib.Path)
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--compiler")
    arguments = parser.parse_args()
    findings = self_test(arguments.compiler) if arguments.self_test else check_build(arguments.build.resolve(), arguments.source.resolve())
    print("\n".join(findings) or "nothing found")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())

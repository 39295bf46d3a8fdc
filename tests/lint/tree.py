"""The files a lint looks at, and how it reads C++."""
import pathlib
import re
import subprocess

PRODUCT = ("core", "datasets", "optimizees", "optimizers", "reports", "harness")
_COMMENT_OR_LITERAL = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)


class Tree:
    """A source tree: what git knows or would add; every file where there is no git."""

    def __init__(self, root, binary=None, clang_format=None):
        self.root = pathlib.Path(root)
        self.binary = binary
        self.clang_format = clang_format
        self.files = sorted(self._list())

    def _list(self):
        if (self.root / ".git").exists():
            command = ["git", "-c", "safe.directory=*", "-C", str(self.root), "ls-files", "-z", "-co", "--exclude-standard"]
            listed = subprocess.run(command, capture_output=True, text=True, check=False)
            if listed.returncode == 0:
                return [p for p in listed.stdout.split("\0") if p and (self.root / p).is_file()]
        paths = (p.relative_to(self.root).as_posix() for p in self.root.rglob("*") if p.is_file())
        return [p for p in paths if not p.startswith(("build/", "runs/", ".git/"))]

    def text(self, path):
        """The file's text, or None for a binary file."""
        data = (self.root / path).read_bytes()
        try:
            return None if b"\0" in data else data.decode()
        except UnicodeDecodeError:
            return None

    def cpp(self, folders=PRODUCT, suffixes=(".cpp", ".hpp")):
        return [p for p in self.files if p.startswith(tuple(f + "/" for f in folders)) and p.endswith(suffixes)]


def _blank(match):
    return re.sub(r"[^\n]", " ", match.group())


def without_comments(text):
    """C++ with comments blanked; literals stay, lines keep their numbers."""
    return _COMMENT_OR_LITERAL.sub(lambda m: _blank(m) if m.group().startswith(("//", "/*")) else m.group(), text)


def matches(tree, paths, pattern, message, clean=without_comments):
    """One finding for every match of `pattern` in the cleaned text of `paths`."""
    found = []
    for path in paths:
        text = tree.text(path)
        if text is None:
            continue
        text = clean(text) if clean else text
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path}:{line}: {message.format(match.group().strip())}")
    return found

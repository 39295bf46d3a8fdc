"""The rooms of the program as text: how large each is, and which others it includes."""
from rules import ROOMS, include_direction, includes, room_of
from tree import PRODUCT

LONGEST = 10


def _name(path):
    folder, room = room_of(path)
    return f"{folder}/{room}" if room else folder


def floor_plan(tree):
    lines, uses = {}, {}
    for path in tree.cpp():
        lines.setdefault(_name(path), []).append(tree.text(path).count("\n"))
        for _, included in includes(tree, path):
            if _name(included) != _name(path):
                counts = uses.setdefault(_name(path), {})
                counts[_name(included)] = counts.get(_name(included), 0) + 1
    order = [f"{folder}/{room}" for folder in PRODUCT for room in ROOMS.get(folder, [])] + list(PRODUCT)
    rooms = sorted(lines, key=lambda name: (PRODUCT.index(name.split("/")[0]), order.index(name)))
    text = [f"{'room':24} {'files':>5} {'lines':>6}  includes (times)"]
    for room in rooms:
        used = ", ".join(f"{other} {count}" for other, count in sorted(uses.get(room, {}).items(), key=lambda kv: -kv[1]))
        text.append(f"{room:24} {len(lines[room]):5} {sum(lines[room]):6}  {used}")
    against = include_direction(tree)
    text += ["", f"arrows against the order: {len(against)}", *against, "", "longest files:"]
    longest = sorted(((tree.text(path).count("\n"), path) for path in tree.cpp()), reverse=True)[:LONGEST]
    return "\n".join(text + [f"{count:6} {path}" for count, path in longest])

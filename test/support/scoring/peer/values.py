"""Tree differences as today's program computes them: py-tree-sitter and the grammars of tree-sitter-language-pack.

usage: values.py PACKAGES WEIGHTS < PAIRS > VALUES

PACKAGES is the folder of the installed packages, WEIGHTS the roster's file of token weights. PAIRS is a line of JSON for each pair,
{"grammar": …, "base": bytes, "head": bytes}, followed by both texts. VALUES has a line for each pair: count and sum of structural nodes added and
deleted, of leaves added and deleted, and for each text whether it has a syntax error.
"""
import json
import sys

from binding import language_capsule

COMMENTS = {"comment", "line_comment", "block_comment", "documentation_comment", "doc_comment"}
PATIENCE_MICROSECONDS = 60_000_000


def counted(root, text: bytes, structural: dict) -> dict:
    """Occurrences of (kind,) and (kind, bytes) in the order in which each first occurs."""
    counts: dict = {}
    cursor = root.walk()
    while True:
        node = cursor.node
        kind = node.type
        enters = False
        if kind not in COMMENTS:
            if kind in structural:
                counts[(kind,)] = counts.get((kind,), 0) + 1
            if node.child_count == 0:
                leaf = (kind, text[node.start_byte : node.end_byte])
                counts[leaf] = counts.get(leaf, 0) + 1
            else:
                enters = True
        if enters and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return counts


def surplus(more: dict, less: dict, size: int, weights: dict) -> list:
    """How many nodes of a kind of key one side has beyond the other, and the sum of their weights."""
    count, total = 0, 0.0
    for key, times in more.items():
        if len(key) == size:
            extra = times - less.get(key, 0)
            if extra > 0:
                count += extra
                total += weights.get(key[0], 0.0) * extra
    return [count, total]


def main() -> None:
    packages = sys.argv[1]
    sys.path.insert(0, packages)
    from tree_sitter import Language, Parser

    with open(sys.argv[2], encoding="utf-8") as file:
        weights = json.load(file)
    structural, leaf = weights["structural_bonus"], weights["leaf_tokens"]
    languages: dict = {}
    source = sys.stdin.buffer
    for line in source:
        pair = json.loads(line)
        grammar = pair["grammar"]
        if grammar not in languages:
            languages[grammar] = Language(language_capsule(packages, grammar))
        sides, broken = [], []
        for side in ("base", "head"):
            text = source.read(pair[side])
            if not text:
                sides.append({})
                broken.append(False)
                continue
            tree = Parser(languages[grammar], timeout_micros=PATIENCE_MICROSECONDS).parse(text)
            sides.append(counted(tree.root_node, text, structural))
            broken.append(tree.root_node.has_error)
        base, head = sides
        values = [
            *surplus(head, base, 1, structural),
            *surplus(base, head, 1, structural),
            *surplus(head, base, 2, leaf),
            *surplus(base, head, 2, leaf),
        ]
        print(json.dumps(values + broken), flush=True)


main()

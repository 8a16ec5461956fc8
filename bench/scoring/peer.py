"""
The tree difference of the Python program that validators run today, written anew from its published rules, on the packages that it uses. It obeys the
commands of bench/scoring/peer.ts: `load FILE` reads pairs, `score OUT` compares them and writes the differences, `parse -` only parses their texts: what
tree-sitter's C alone costs, which no program that runs it can go below. Arguments: the weights' file.
"""

import json
import sys
from collections import Counter

from tree_sitter_language_pack import get_parser

COMMENTS = {"comment", "line_comment", "block_comment", "documentation_comment", "doc_comment"}
BUDGET_MICROSECONDS = 2_000_000

with open(sys.argv[1], encoding="utf-8") as file:
    weights = json.load(file)
STRUCTURAL = weights["structural_bonus"]
LEAF = weights["leaf_tokens"]
parsers = {}


def parser_of(grammar):
    if grammar not in parsers:
        parsers[grammar] = get_parser(grammar)
        parsers[grammar].timeout_micros = BUDGET_MICROSECONDS
    return parsers[grammar]


def counted(text, grammar):
    """The nodes of a text's tree: ("s", type) for structural ones, ("l", type, bytes) for leaves."""
    counts = Counter()
    if not text:
        return counts
    cursor = parser_of(grammar).parse(text.encode("utf-8")).walk()
    while True:
        node = cursor.node
        kind = node.type
        if kind not in COMMENTS:
            if STRUCTURAL.get(kind, 0) > 0:
                counts[("s", kind)] += 1
            if node.child_count == 0:
                counts[("l", kind, node.text or b"")] += 1
            if cursor.goto_first_child():
                continue
        if cursor.goto_next_sibling():
            continue
        while cursor.goto_parent():
            if cursor.goto_next_sibling():
                break
        else:
            return counts


def sums(more):
    """[structural count, structural score, leaf count, leaf score], added in the order of first occurrence."""
    result = [0, 0.0, 0, 0.0]
    for key, count in more.items():
        at, weight = (0, STRUCTURAL[key[1]]) if key[0] == "s" else (2, LEAF.get(key[1], 0.0))
        result[at] += count
        result[at + 1] += weight * count
    return result


def difference(pair):
    base = counted(pair["base"], pair["grammar"])
    head = counted(pair["head"], pair["grammar"])
    return sums(head - base) + sums(base - head)


pairs = []
for line in sys.stdin:
    command, path = line.split()
    if command == "load":
        with open(path, encoding="utf-8") as file:
            pairs = [json.loads(one) for one in file]
    elif command == "parse":
        for pair in pairs:
            for text in (pair["base"], pair["head"]):
                if text:
                    parser_of(pair["grammar"]).parse(text.encode("utf-8"))
    else:
        results = [difference(pair) for pair in pairs]
        with open(path, "w", encoding="utf-8") as file:
            json.dump(results, file)
    print("done", flush=True)

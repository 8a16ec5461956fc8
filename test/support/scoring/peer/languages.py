"""What the compiled grammars of tree-sitter-language-pack say of themselves.

usage: languages.py FOLDER < QUESTIONS > ANSWERS

FOLDER holds the installed package. QUESTIONS is a JSON object by grammar: what the other side says of its module, in the form that this program answers,
and "blocks": the tables to hash, each a pair of its field's number and its length in bytes. A table is hashed only where all counts are
equal, because its length follows from them. The layout is that of struct TSLanguage of ABI 13 and 14 (tree_sitter/parser.h).
"""
import ctypes
import hashlib
import json
import sys

from binding import language_capsule

COUNTS = ("abi", "symbols", "aliases", "tokens", "externalTokens", "states", "largeStates", "productions", "fields")
POINTERS = 40
SYMBOL_NAMES, FIELD_NAMES, METADATA = 4, 5, 8

address_of = ctypes.pythonapi.PyCapsule_GetPointer
address_of.restype = ctypes.c_void_p
address_of.argtypes = (ctypes.py_object, ctypes.c_char_p)


def described(packages: str, name: str, other: dict) -> dict:
    language = address_of(language_capsule(packages, name), b"tree_sitter.Language")
    counts = dict(zip(COUNTS, (ctypes.c_uint32 * len(COUNTS)).from_address(language)))
    counts["aliasLength"] = ctypes.c_uint16.from_address(language + 36).value

    def pointer(field: int) -> int:
        return ctypes.c_void_p.from_address(language + POINTERS + 8 * field).value or 0

    def names(field: int, first: int, last: int) -> list:
        table = (ctypes.c_char_p * last).from_address(pointer(field)) if last > first else []
        return [(table[index] or b"").decode() for index in range(first, last)]

    flags = ctypes.string_at(pointer(METADATA), 3 * counts["symbols"])
    kinds = [
        [kind, *(bool(flag) for flag in flags[3 * index : 3 * index + 3])]
        for index, kind in enumerate(names(SYMBOL_NAMES, 0, counts["symbols"]))
    ]
    tables = hashlib.sha256()
    if counts == other["counts"]:
        for field, length in other["blocks"]:
            tables.update(ctypes.string_at(pointer(field), length))
    return {
        "counts": counts,
        "kinds": kinds,
        "fieldNames": names(FIELD_NAMES, 1, counts["fields"] + 1),
        "tables": tables.hexdigest() if counts == other["counts"] else "",
    }


def main() -> None:
    json.dump({name: described(sys.argv[1], name, other) for name, other in json.load(sys.stdin).items()}, sys.stdout)


main()

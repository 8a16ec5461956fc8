"""Grammars of tree-sitter-language-pack as its compiled files bring them."""
import importlib.util
import pathlib


def language_capsule(packages: str, name: str):
    """The grammar as a capsule. By its file, because the package itself imports others that are not needed here."""
    path = pathlib.Path(packages) / "tree_sitter_language_pack" / "bindings" / f"{name}.abi3.so"
    specification = importlib.util.spec_from_file_location(name, path)
    return importlib.util.module_from_spec(specification).language()

/** Grammars by their names in the roster's language table: paths of their modules, inside the executable or beside the sources. */
import go from "tree-sitter-go/tree-sitter-go.wasm" with { type: "file" }
import java from "tree-sitter-java/tree-sitter-java.wasm" with { type: "file" }
import python from "tree-sitter-python/tree-sitter-python.wasm" with { type: "file" }
import rust from "tree-sitter-rust/tree-sitter-rust.wasm" with { type: "file" }
import tsx from "tree-sitter-typescript/tree-sitter-tsx.wasm" with { type: "file" }
import typescript from "tree-sitter-typescript/tree-sitter-typescript.wasm" with { type: "file" }

export const grammars: Readonly<Record<string, string>> = { go, java, python, rust, tsx, typescript }

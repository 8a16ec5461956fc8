/** The path of tree-sitter's core, inside the executable or beside the sources. */
import core from "web-tree-sitter/tree-sitter.wasm" with { type: "file" }

export const coreFile: string = core

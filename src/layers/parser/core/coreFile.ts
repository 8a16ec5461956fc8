/** The path of tree-person's core, inside the executable or beside the sources. */
import core from "web-tree-person/tree-person.wasm" with { type: "file" }

export const coreFile: string = core

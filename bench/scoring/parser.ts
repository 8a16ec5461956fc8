/** Runs the parser in this process, without parsing processes. */

import { grammars } from "../../src/layers/parser/grammars.ts"
import { compiled } from "../../src/layers/parser/treeSitter/compiled.ts"
import { coreFile } from "../../src/layers/parser/treeSitter/coreFile.ts"
import { TreeSitter, utf8Core } from "../../src/layers/parser/treeSitter/TreeSitter.ts"
import counterFile from "../../wasm/tree-counter/counter.wasm" with { type: "file" }

/** A new parser with these grammars; nothing compiled earlier is reused. */
export const parserWith = async (names: Iterable<string>): Promise<TreeSitter> => {
  const treeSitter = new TreeSitter(
    { core: await WebAssembly.compile(utf8Core(await Bun.file(coreFile).bytes())), counter: await compiled(counterFile) },
    2 ** 30
  )
  for (const name of names) treeSitter.add(name, await compiled(grammars[name] ?? ""))
  return treeSitter
}

/** Runs the parser in this process, without parsing processes. */

import { Core, utf8Core } from "../../src/layers/parser/core/Core.ts"
import { compiled } from "../../src/layers/parser/core/compiled.ts"
import { coreFile } from "../../src/layers/parser/core/coreFile.ts"
import { grammars } from "../../src/layers/parser/grammars.ts"
import counterFile from "../../wasm/tree-counter/counter.wasm" with { type: "file" }

/** A new parser with these grammars; nothing compiled earlier is reused. */
export const parserWith = async (names: Iterable<string>): Promise<Core> => {
  const core = new Core(
    { core: await WebAssembly.compile(utf8Core(await Bun.file(coreFile).bytes())), counter: await compiled(counterFile) },
    2 ** 30
  )
  for (const name of names) core.add(name, await compiled(grammars[name] ?? ""))
  return core
}

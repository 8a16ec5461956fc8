/** The hash of everything but the text that decides a file's tree: the parser's core, the counting module and the grammar. */
import { Effect } from "effect"
import counterFile from "../../../wasm/tree-counter/counter.wasm" with { type: "file" }
import { grammars } from "./grammars.ts"
import { coreFile } from "./treeSitter/coreFile.ts"

const read = (path: string) => Effect.promise(() => Bun.file(path).bytes())
const known = new Map<string, string>()

/** 64 hexadecimal digits. */
export const parserHash = Effect.fn("parserHash")(function* (language: string) {
  const before = known.get(language)
  if (before !== undefined) return before
  const hasher = new Bun.CryptoHasher("sha256")
  for (const path of [coreFile, counterFile, grammars[language] ?? ""]) hasher.update(path === "" ? "" : yield* read(path))
  const hash = hasher.digest("hex")
  known.set(language, hash)
  return hash
})

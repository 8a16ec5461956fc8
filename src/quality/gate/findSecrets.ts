/** Finds secrets in added lines. Loads the rules on first use. */
import { Effect } from "effect"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { FoundSecret } from "../../rules/quality/gate.ts"
import { addedBlocks } from "../../rules/quality/lines.ts"
import type { secretsIn as SecretsIn } from "./secretRules.ts"

/** Characters shown of a secret: enough to identify it, too few to use it. */
const SHOWN_CHARACTERS = 4

/** Line number of each offset in a text, from 1. */
const linesOfPlaces = (text: string): Uint32Array => {
  const lines = new Uint32Array(text.length + 1)
  let line = 1
  for (let place = 0; place <= text.length; place++) {
    lines[place] = line
    if (text[place] === "\n") line += 1
  }
  return lines
}

const addedLines = (file: GateFile): ReadonlySet<number> =>
  new Set(addedBlocks(file).flatMap(({ line, text }) => text.split("\n").map((_, index) => line + index)))

/** A head's new secrets: they touch an added line, and the base does not contain them. */
const newSecrets = async (secretsIn: typeof SecretsIn, file: GateFile): Promise<ReadonlyArray<FoundSecret>> => {
  const { path, base, head } = file
  if (head === null) return []
  const added = addedLines(file)
  if (added.size === 0) return []
  const lines = linesOfPlaces(head)
  const touching = (await secretsIn(path, head)).flatMap(({ kind, start, end }) => {
    const [first = 1, last = 1] = [lines[start], lines[end]]
    for (let line = first; line <= last; line++) if (added.has(line)) return [{ kind, line: first, secret: head.slice(start, end) }]
    return []
  })
  if (touching.length === 0) return []
  const known = new Set(base === null ? [] : (await secretsIn(path, base)).map(({ start, end }) => base.slice(start, end)))
  return touching
    .filter(({ secret }) => !known.has(secret))
    .map(({ kind, line, secret }) => ({ path, line, shown: `${kind}: ${secret.slice(0, SHOWN_CHARACTERS)}…, ${secret.length} characters` }))
}

/** Checks files whose texts were read. A secret that the base already contains is not the miner's. */
export const findSecrets = Effect.fn("findSecrets")(function* (files: ReadonlyArray<GateFile>) {
  const { secretsIn } = yield* Effect.promise(() => import("./secretRules.ts"))
  const found = yield* Effect.forEach(files, (file) => Effect.promise(() => newSecrets(secretsIn, file)))
  return found.flat()
})

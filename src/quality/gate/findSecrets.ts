/** Secrets in added lines. The rules are loaded when they are needed. */
import { Effect } from "effect"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { FoundSecret } from "../rules/gate.ts"
import { addedBlocks } from "../rules/lines.ts"
import type { secretsIn as SecretsIn } from "./secretRules.ts"

/** Enough to see which secret it is, and too little to use it. */
const SHOWN = 4

/** The line of each place of a text, from 1. */
const linesOfPlaces = (text: string): Uint32Array => {
  const lines = new Uint32Array(text.length + 1)
  let line = 1
  for (let place = 0; place <= text.length; place++) {
    lines[place] = line
    if (text[place] === "\n") line += 1
  }
  return lines
}

/** The numbers of the added lines. */
const addedLines = (file: GateFile): ReadonlySet<number> =>
  new Set(addedBlocks(file).flatMap(({ line, text }) => text.split("\n").map((_, index) => line + index)))

/** The new secrets of a head: they touch an added line, and the same rules do not find them in the base. */
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
    .map(({ kind, line, secret }) => ({ path, line, shown: `${kind}: ${secret.slice(0, SHOWN)}…, ${secret.length} characters` }))
}

/** Of files whose texts were read. A secret that the base has too is not the miner's. */
export const findSecrets = Effect.fn("findSecrets")(function* (files: ReadonlyArray<GateFile>) {
  const { secretsIn } = yield* Effect.promise(() => import("./secretRules.ts"))
  const found = yield* Effect.forEach(files, (file) => Effect.promise(() => newSecrets(secretsIn, file)))
  return found.flat()
})

/** Secrets in added lines. The rules are loaded when they are needed. */
import { Effect } from "effect"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { FoundSecret } from "../rules/gate.ts"
import { addedBlocks } from "../rules/lines.ts"

/** Enough to see which secret it is, and too little to use it. */
const SHOWN = 4

const lineAt = (text: string, place: number): number => {
  let line = 1
  for (let at = text.indexOf("\n"); at >= 0 && at < place; at = text.indexOf("\n", at + 1)) line += 1
  return line
}

/** Of files whose texts were read. A secret that the base has too is not the miner's. */
export const findSecrets = Effect.fn("findSecrets")(function* (files: ReadonlyArray<GateFile>) {
  const { secretsIn } = yield* Effect.promise(() => import("./secretRules.ts"))
  const found = yield* Effect.forEach(files, ({ path, base, head }) => {
    const added = addedBlocks({ base, head })
    if (head === null || added.length === 0) return Effect.succeed([])
    return Effect.map(
      Effect.promise(() => secretsIn(path, head)),
      (secrets) =>
        secrets.flatMap(({ kind, start, end }): ReadonlyArray<FoundSecret> => {
          const secret = head.slice(start, end)
          const first = lineAt(head, start)
          const last = lineAt(head, end)
          const isNew = added.some(({ line, text }) => line <= last && first < line + text.split("\n").length)
          return isNew && (base === null || !base.includes(secret))
            ? [{ path, line: first, shown: `${kind}: ${secret.slice(0, SHOWN)}…, ${secret.length} characters` }]
            : []
        })
    )
  })
  return found.flat()
})

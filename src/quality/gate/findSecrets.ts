/** Secrets in added lines, by secretlint's recommended rules, which are loaded when they are needed. */
import { Effect } from "effect"
import type { GateFile } from "../../domain/quality/GateFile.ts"
import type { FoundSecret } from "../rules/gate.ts"
import { addedBlocks } from "../rules/lines.ts"

const load = Effect.cached(
  Effect.promise(async () => {
    const [{ lintSource }, { creator }] = await Promise.all([
      import("@secretlint/core"),
      import("@secretlint/secretlint-rule-preset-recommend")
    ])
    const config = { rules: [{ id: "@secretlint/secretlint-rule-preset-recommend", rule: creator }] }
    return (path: string, content: string) =>
      lintSource({ source: { filePath: path, content, ext: "", contentType: "text" }, options: { config, noPhysicFilePath: true } })
  })
)

/** Enough to see which secret it is, and too little to use it. */
const SHOWN = 4

/** Of files whose texts were read. A secret that the base has too is not the miner's. */
export const findSecrets = Effect.fn("findSecrets")(function* (files: ReadonlyArray<GateFile>) {
  const lint = yield* Effect.flatten(load)
  const found = yield* Effect.forEach(files, ({ path, base, head }) => {
    const added = addedBlocks({ base, head })
    if (head === null || added.length === 0) return Effect.succeed([])
    return Effect.map(
      Effect.promise(() => lint(path, head)),
      ({ messages }) =>
        messages.flatMap(({ ruleId, range: [start, end], loc }): ReadonlyArray<FoundSecret> => {
          const secret = head.slice(start, end)
          const last = loc.start.line + secret.split("\n").length - 1
          const isNew = added.some(({ line, text }) => line <= last && loc.start.line < line + text.split("\n").length)
          const kind = ruleId.replace(/^.*secretlint-rule-/, "")
          return isNew && (base === null || !base.includes(secret))
            ? [{ path, line: loc.start.line, shown: `${kind}: ${secret.slice(0, SHOWN)}…, ${secret.length} characters` }]
            : []
        })
    )
  })
  return found.flat()
})

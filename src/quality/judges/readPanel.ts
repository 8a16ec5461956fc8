/** Reads a panel file, and the API keys that it names from the environment. */
import { readFile } from "node:fs/promises"
import { Config, Effect, Option, type Redacted, Schema } from "effect"
import { InvalidInput, OperationFailed } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { whyUnread } from "../../domain/messageOf.ts"
import type { JudgeName } from "../../domain/quality/Duel.ts"
import { Panel } from "../../domain/quality/Panel.ts"

export interface KeyedPanel {
  readonly panel: Panel
  readonly keys: ReadonlyMap<JudgeName, Redacted.Redacted>
}

const decode = Schema.decodeUnknown(Schema.parseJson(Panel), { onExcessProperty: "error" })

/** Reads the API keys of a panel's judges from the environment. A process that only submits duels to workers needs none. */
export const withKeys = Effect.fn("withKeys")(function* (panel: Panel) {
  const keys = new Map<JudgeName, Redacted.Redacted>()
  for (const { name, key_variable: variable } of panel.judges) {
    if (variable === undefined) continue
    const key = yield* Config.option(Config.redacted(Config.nonEmptyString(variable)))
    if (Option.isNone(key))
      return yield* new OperationFailed({ message: `the judge ${name} needs a key: set ${variable}, or take the judge out of the panel` })
    keys.set(name, key.value)
  }
  const keyed: KeyedPanel = { panel, keys }
  return keyed
})

/** Reads a panel file. Unknown keys and values out of range are errors with their path. */
export const readPanel = Effect.fn("readPanel")(function* (path: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `the panel of judges ${path} can't be used: ${reason}` })
  const text = yield* Effect.tryPromise({ try: () => readFile(path, "utf8"), catch: (cause) => unusable(whyUnread(cause)) })
  return yield* Effect.mapError(decode(text), (error) => unusable(problemOf(error)))
})

/** `gittensor audit`: audits a file or an epoch. */
import { Effect, Option } from "effect"
import { invalid } from "../shared/options.ts"
import type { AuditEpochOptions } from "./epoch.ts"
import { auditFile } from "./file.ts"

export interface AuditOptions extends Omit<AuditEpochOptions, "epoch"> {
  readonly file: Option.Option<string>
  readonly epoch: Option.Option<number>
}

export const run = ({ file, epoch, ...options }: AuditOptions) =>
  Effect.gen(function* () {
    if (Option.isSome(file) && Option.isNone(epoch)) return yield* auditFile(file.value, options.json)
    if (Option.isNone(file) && Option.isSome(epoch)) {
      // Imported here, because it loads the chain's libraries.
      const { auditEpochOf } = yield* Effect.promise(() => import("./epoch.ts"))
      return yield* auditEpochOf({ ...options, epoch: epoch.value })
    }
    return yield* Effect.fail(invalid("give one of --file FILE and --epoch NUMBER"))
  })

/**
 * Stores the reports of one epoch after another until killed. Prints each epoch once it is stored, or the name of a failure. Arguments: the folder
 * and the first epoch.
 */
import { Effect } from "effect"
import { make } from "../../../src/layers/storage/dataFolder/Reports.ts"
import { evidenceParts, report, retention, validator } from "./reports.ts"

const [folder = "", from = "0"] = process.argv.slice(2)

await Effect.runPromise(
  Effect.gen(function* () {
    const archive = yield* make(folder, validator, retention)
    for (let epoch = Number(from); ; epoch++) {
      yield* archive.keep(report(epoch), evidenceParts(epoch))
      process.stdout.write(`${epoch}\n`)
    }
  }).pipe(Effect.catchAll(({ _tag, operation }) => Effect.sync(() => process.stdout.write(`${_tag} ${operation}\n`))))
)

/** The worker of `fingerprintsTask`. */
import { Effect } from "effect"
import { asUnusable } from "../../layers/git/GitUnusable.ts"
import { serveTask } from "../../layers/machine/confined/serveTask.ts"
import { sizeFindings } from "../../rules/quality/gate.ts"
import { changeOf, parsers } from "./changeOf.ts"
import { newFingerprints } from "./gate.ts"
import { fingerprintsTask } from "./gateTask.ts"

export const main = serveTask(fingerprintsTask, (question, places) =>
  Effect.gen(function* () {
    const { rules, files } = yield* changeOf(question, places)
    // A head beyond the limits is rejected by its size alone.
    if (sizeFindings(files).length > 0) return new Uint32Array(0)
    const found = yield* newFingerprints(files, rules)
    return found.fingerprints
  }).pipe(Effect.catchTags(asUnusable), Effect.provide(parsers))
)

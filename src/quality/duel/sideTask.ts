/** Task: reads what judges see of one side of a duel. */
import { Schema } from "effect"
import { makeTask } from "../../layers/machine/confined/Task.ts"
import { BlindSide } from "../../rules/quality/duel/blind.ts"
import { failure } from "../gate/gateTask.ts"

const MEBIBYTE = 1_048_576

/** Reads one side of a duel for the judges. `places`: the folders of a `Repository`. */
export const sideTask = makeTask({
  name: "duel-side",
  question: Schema.Struct({
    base: Schema.String,
    head: Schema.String,
    /** Chooses the files to show of a side that is too large. */
    seed: Schema.String
  }),
  answer: BlindSide,
  failure,
  limits: { seconds: 300, memory: 2_048 * MEBIBYTE, result: 2 * MEBIBYTE },
  reads: {
    what: "a pull request's changed files, for judges",
    writtenBy: "the repository's authors",
    test: "test/process/quality/hostileRepositories.test.ts"
  }
})

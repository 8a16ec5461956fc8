/** Stores the scores of one epoch after another until killed, and prints each epoch once it is stored. Arguments: the folder and the first epoch. */
import { Effect } from "effect"
import { make } from "../../../src/layers/store/ScoreArchive.ts"
import { epochScores, validator } from "./epochScores.ts"

const [folder = "", from = "0"] = process.argv.slice(2)

await Effect.runPromise(
  Effect.gen(function* () {
    const archive = yield* make(folder, validator)
    for (let epoch = Number(from); ; epoch++) {
      yield* archive.keep(epochScores(epoch))
      process.stdout.write(`${epoch}\n`)
    }
  })
)

/** Saves competitions FIRST, FIRST + 1, … in the archive FILE, ten per transaction, and prints the last id of each until killed. */
import { Effect } from "effect"
import { make } from "../../../src/layers/storage/dataFolder/CompetitionArchive.ts"
import { factsFrom, subject } from "../../support/store/archive.ts"

const [, , file = "", first = "1"] = process.argv

await Effect.runPromise(
  Effect.scoped(
    Effect.gen(function* () {
      const archive = yield* make(file)
      for (let from = Number(first); ; from += 10) {
        yield* archive.keep(subject(), factsFrom(from, from + 9))
        process.stdout.write(`${from + 9}\n`)
        yield* Effect.sleep("1 millis")
      }
    })
  )
)

/**
 * A process that opens the journal named by its argument and says "ready". For each line "claim AT EXPIRES" on standard input it claims the same vote
 * and prints the result.
 */
import { createInterface } from "node:readline"
import { Effect } from "effect"
import * as Journal from "../../../src/layers/protection/Journal.ts"
import { ballot } from "./ballot.ts"

const program = Effect.gen(function* () {
  const journal = yield* Journal.Journal
  yield* Effect.sync(() => process.stdout.write("ready\n"))
  const lines = createInterface({ input: process.stdin })
  for (;;) {
    const line = yield* Effect.async<string>((resume) => {
      lines.once("line", (text) => resume(Effect.succeed(text)))
    })
    const [, at, expiresAt] = line.split(" ").map(Number)
    const claim = yield* Effect.either(journal.claim(ballot, "Solved 5F 57", { at: at ?? 0, expiresAt: expiresAt ?? 0 }))
    yield* Effect.sync(() => process.stdout.write(`${claim._tag === "Right" ? claim.right._tag : claim.left.message}\n`))
  }
})

await Effect.runPromise(program.pipe(Effect.provide(Journal.layer(process.argv[2] ?? ""))))

/** `owner suggest --register` as a job that may be killed at any time: each issue is registered once, within the week's budget. */
import { Database } from "bun:sqlite"
import { existsSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, layer } from "@effect/vitest"
import { Effect } from "effect"
import { allIssues } from "../../../src/layers/chain/contract/findIssue.ts"
import { Chain } from "../../../src/layers/chain/node/Chain.ts"
import { ask, command, eventually, jsonOf, start, World, worldLayer } from "../../support/cli/support.ts"
import { place } from "../../support/owner/suggested.ts"

layer(worldLayer(), { excludeTestServices: true })("a job that registers issues", (it) => {
  it.scoped("registers each once, killed while it sends", () =>
    Effect.gen(function* () {
      const { bounties, data, register, suggest } = yield* place
      const { endpoint, env, ownerUri } = yield* World
      const { finalisedHead } = yield* Chain
      writeFileSync(bounties, JSON.stringify({ week: "260", labels: { gittensor: "100", "help wanted": "60" } }))
      const job = [...suggest, ...register, "--yes", "--json"]
      const file = join(data, "registrations.sqlite")
      const writtenDown = () => {
        if (!existsSync(file)) return 0
        const journal = new Database(file, { readonly: true })
        try {
          return journal.query("SELECT * FROM registrations").all().length
        } catch {
          return 0
        } finally {
          journal.close()
        }
      }
      const registered = Effect.flatMap(finalisedHead, allIssues)
      for (const already of [0, 1, 2]) {
        const killed = yield* start(job, { ...env, GITTENSOR_URI: ownerUri })
        const known = writtenDown()
        // It ends by itself where all three are begun, and one was killed before it was sent.
        yield* eventually(
          "what it sends is written down",
          Effect.map(registered, (issues) => (writtenDown() > known || issues.length > already ? true : undefined))
        ).pipe(Effect.raceFirst(killed.exited))
        yield* killed.signal("SIGKILL")
        yield* killed.exited
      }
      // A stored transaction that was never sent expires after 256 blocks.
      yield* ask(endpoint, "dev_fastForward", 260)
      const { number } = yield* finalisedHead
      yield* eventually(
        "blocks are final",
        Effect.map(finalisedHead, (head) => (head.number >= number ? true : undefined))
      )
      jsonOf(yield* command(job))
      jsonOf(yield* command(job))
      const numbers = (yield* registered).map((issue) => issue.number)
      assert.deepStrictEqual(numbers.toSorted(), [1, 2, 5])
    })
  )
})

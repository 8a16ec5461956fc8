/** Which votes are the program's own, also those that 0.1.0 stored. */
import { Database } from "bun:sqlite"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import type { OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import * as OwnVotes from "../../../src/layers/protection/OwnVotes.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import type { Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { readOwnVotes } from "../../../src/scoring/issue_competitions/ownVotes.ts"
import { folder } from "../../support/folder.ts"
import { account, hotkey } from "../../support/rules/world.ts"

const CONTRACT = account("contract", 1)
const solved: OutcomeChoice & Verdict = { _tag: "Solved", hotkey: hotkey(2), pullRequest: 5 }
/** Speaks against a vote for a solution; only the program's own one is withdrawn then. */
const stillOpen: Verdict = { _tag: "NoVote", why: "IssueOpen", because: "" }

const servicesIn = (path: string, { dryRun = false, chain = "one" } = {}) => {
  const options = { file: join(path, "journal.sqlite"), chain, hotkey: hotkey(1) }
  const watches = { file: join(path, "watches.sqlite"), chain: "of the files" }
  return (dryRun ? OwnVotes.layerDryRun : OwnVotes.layer)(options).pipe(
    Layer.provideMerge((dryRun ? Watches.layerDryRun : Watches.layer)(watches)),
    Layer.provideMerge(Layer.mock(Contract, { address: CONTRACT, encode: () => "0x" }))
  )
}
const begun = (path: string, options?: Parameters<typeof servicesIn>[1]) => Effect.provide(servicesIn(path, options))

/** What the program sends on competition 7, where `own` is on the ballot. */
const follow = (verdict: Verdict, own: OutcomeChoice | undefined, live = [7]) =>
  Effect.gen(function* () {
    const sent: Array<string> = []
    const { follow } = yield* readOwnVotes(hotkey(1), new Set(live), "votes")
    const votes = own === undefined ? [] : [{ validator: hotkey(1), choice: own, since: 1, cast: null }]
    const config = { challengePeriod: 100, day: 20, ownerDelay: 20, quorumBps: 5_001 }
    const ballot = { block: 1, config, validators: [], changes: [], competition: undefined, votes }
    yield* follow({ issue: 3, competition: 7, verdict, hasEnded: false, ballot }, ({ kind }) => Effect.sync(() => sent.push(kind) > 0))
    return sent
  })

describe("the program's own votes", () => {
  it.scoped("are told from the operator's after a restart, until they are withdrawn or their competition is over", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const own = begun(path)
      assert.deepStrictEqual(yield* own(follow(stillOpen, solved)), [], "it was cast by hand")
      assert.deepStrictEqual(yield* own(follow(solved, undefined)), ["outcome"])
      assert.deepStrictEqual(yield* begun(path, { chain: "two" })(follow(stillOpen, solved)), [], "another chain's is another vote")
      assert.deepStrictEqual(yield* own(follow(stillOpen, solved)), ["withdrawal"])
      assert.deepStrictEqual(yield* own(follow(stillOpen, solved)), [], "cast again, it is the operator's")
      yield* own(follow(solved, undefined))
      yield* own(follow(stillOpen, undefined, [8]))
      assert.deepStrictEqual(yield* own(follow(stillOpen, solved)), [], "competition 7 was over")
    })
  )

  it.scoped("of a dry run are not stored", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const seen = Effect.zipRight(follow(solved, undefined), follow(stillOpen, solved))
      assert.deepStrictEqual(yield* begun(path, { dryRun: true })(seen), ["withdrawal"])
      assert.deepStrictEqual(yield* begun(path)(follow(stillOpen, solved)), [])
    })
  )

  it.scoped.each([
    { stored: "among the watches", already: false },
    { stored: "among the watches, and here already: the process was killed in between", already: true }
  ])("that 0.1.0 stored are still its own: $stored", ({ already }) =>
    Effect.gen(function* () {
      const path = yield* folder
      const other = { says: "gone", lastLook: 900, blocks: 600 }
      yield* begun(path)(Effect.flatMap(Watches.Watches, ({ change }) => change(CONTRACT, new Map([["7", other]]))))
      const text = `7 {"_tag":"Solved","hotkey":"${hotkey(2)}","pullRequest":5}`
      insert(path, "watches.sqlite", "looks (chain, kind, name, says, last_look, blocks)", [
        "of the files",
        `${CONTRACT} votes`,
        text,
        "cast",
        0,
        0
      ])
      if (already) insert(path, "journal.sqlite", "own_votes (chain, hotkey, ballots, vote)", ["one", hotkey(1), `${CONTRACT} votes`, text])
      assert.deepStrictEqual(yield* begun(path, { dryRun: true })(follow(stillOpen, solved)), ["withdrawal"])
      assert.deepStrictEqual(yield* begun(path)(follow(stillOpen, solved)), ["withdrawal"])
      assert.deepStrictEqual(yield* begun(path)(follow(stillOpen, solved)), [], "what was withdrawn does not come back")
      const watches = yield* begun(path)(Effect.flatMap(Watches.Watches, ({ of }) => Effect.all([of(CONTRACT), of(`${CONTRACT} votes`)])))
      assert.deepStrictEqual(watches, [new Map([["7", other]]), new Map()])
    })
  )
})

const insert = (path: string, file: string, into: string, values: Array<string | number>): void => {
  const database = new Database(join(path, file))
  database.query(`INSERT INTO ${into} VALUES (${values.map(() => "?").join(", ")})`).run(...values)
  database.close()
}

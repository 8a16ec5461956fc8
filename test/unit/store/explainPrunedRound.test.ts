import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { prunedLines } from "../../../src/cli/explain/prunedText.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { Competition, Issue } from "../../../src/contract-client/generated.ts"
import type { Ratings } from "../../../src/elo/ratings.ts"
import { Contract } from "../../../src/layers/chain/contract/Contract.ts"
import * as RatingHistory from "../../../src/layers/storage/dataFolder/RatingHistory.ts"
import { explainPrunedRound } from "../../../src/scoring/issue_competitions/explainPrunedRound.ts"
import { account, competitor, hotkey } from "../../support/rules/world.ts"

const CONTRACT = account("contract", 1)
const head = { number: 90_000, hash: "0x01" }
const issue: Issue = {
  id: 7,
  repository: "acme/widgets",
  number: 42,
  bounty: 50_000_000_000n,
  funded: 50_000_000_000n,
  status: { _tag: "Paid" },
  registeredAt: 1,
  attempts: 1,
  competition: 3
}
const competition: Competition = {
  id: 3,
  issue: 7,
  round: 4,
  a: competitor(1),
  b: competitor(2),
  enrolled: bitmapOfUids([1, 2, 5]),
  skipped: bitmapOfUids([6]),
  startedAt: 1_260,
  submissionsFrom: 1_300,
  deadline: 2_000,
  outcomeUntil: 3_000,
  challengePeriod: 12,
  collateral: 0n,
  slash: 0n,
  status: { _tag: "Won", winner: 0, pullRequest: 57, at: 1_900 }
}
const contract = Layer.mock(Contract, {
  address: CONTRACT,
  encode: () => "0x",
  read: ((name: string) => Effect.succeed(name === "config" ? { roundLength: 300 } : competition)) as Contract["Type"]["read"]
})
const ratings: Ratings = new Map(
  [1, 2].map((uid) => [
    hotkey(uid),
    { hotkey: hotkey(uid), rating: 1_500_000 + uid, games: uid, provisional: true, eligible: true, reasons: [] }
  ])
)
const history = Layer.effectDiscard(Effect.flatMap(RatingHistory.RatingHistory, ({ record }) => record(CONTRACT, 1_200, ratings))).pipe(
  Layer.provideMerge(RatingHistory.layer({ file: ":memory:", chain: "1122334455667788" }))
)

describe("a round whose state the node has pruned", () => {
  it.effect("is explained from the ratings that were stored for it and the competition that started in it", () =>
    Effect.gen(function* () {
      const round = yield* explainPrunedRound(issue, undefined, head)
      assert.deepStrictEqual([round?.round, round?.start], [4, 1_200])
      assert.deepStrictEqual(
        round?.ratings.map((one) => [one.hotkey, one.rating]),
        [
          [hotkey(2), 1_500_002],
          [hotkey(1), 1_500_001]
        ]
      )
      assert.deepInclude(round?.competition, { id: 3, startedAt: 1_260, enrolled: [1, 2, 5], skipped: [6] })
      const text = round === undefined ? "" : prunedLines(round).join("\n")
      assert.match(text, /has pruned the\s+state of round 4/)
      for (const part of ["archive node", "Match 3, started at block 1260", hotkey(1), "1500.0?", "enrolled: UID 1 2 5; skipping: 6"])
        assert.include(text.replaceAll(/\s+/g, " "), part)
    }).pipe(Effect.provide(Layer.merge(contract, history)))
  )

  it.effect("is not explained when nothing was stored for it", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* explainPrunedRound(issue, 5, head))
      assert.isUndefined(yield* explainPrunedRound({ ...issue, competition: null }, undefined, head))
      assert.isNull((yield* explainPrunedRound({ ...issue, competition: null }, 4, head))?.competition)
    }).pipe(Effect.provide(Layer.merge(contract, history)))
  )
})

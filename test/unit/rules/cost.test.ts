/** What ratings, pairs and settlements cost: how many fields they read, and hashes they make. A read more for each match or cell fails, and so does what grows faster. */
import { assert, describe, it, vi } from "@effect/vitest"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { computeRatings } from "../../../src/elo/ratings.ts"
import { counted as settled } from "../../../src/rules/consensus/settlementOf.ts"
import { computePairs } from "../../../src/rules/pairs/pairs.ts"
import { countReads } from "../../support/reads.ts"
import { competitor, DAY, hotkey, miner, won } from "../../support/rules/world.ts"
import { minersWith, said } from "../../support/validator/reports.ts"

const S = 1_000_000

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)

const historyOf = (matches: number, players: number) =>
  upTo(matches).map((id) =>
    won({ id, uids: [id % players, (id * 7 + 1) % players], startedAt: S - 50 * DAY + (id % 40) * DAY, at: S - 5 * DAY, winner: 0 })
  )

const ratings = (matches: number, players: number): number => {
  const { counted, during } = countReads()
  const input = counted({ at: S, competitions: historyOf(matches, players), miners: upTo(players).map((uid) => miner(uid)) })
  return during(() => assert.strictEqual(computeRatings(input).size, players))
}

const pairs = (issues: number, players: number): number => {
  const { counted, during } = countReads()
  const miners = upTo(players).map((uid) => miner(uid))
  const competitions = historyOf(8 * players, players)
  const input = counted({
    at: S,
    seed: new Uint8Array(32).fill(7),
    issues: upTo(issues).map((id) => ({ id, bounty: BigInt(id), enrolled: fromUids(upTo(players)) })),
    neurons: upTo(players).map(competitor),
    competitions,
    maxCompetitionsPerMiner: 1,
    collateralBps: 0
  })
  const rated = computeRatings({ at: S, competitions, miners })
  const state = { ratings: rated, collateral: new Map<string, bigint>() }
  // Each hash has the issue in four bytes of its own.
  const hashes = vi.spyOn(Uint8Array, "of")
  const reads = during(() => assert.lengthOf(computePairs({ ...input, ...state }), issues))
  assert.isAtMost(hashes.mock.calls.length, issues * players, "one for each issue and miner that may be paired")
  assert.isAbove(hashes.mock.calls.length, 0)
  hashes.mockRestore()
  return reads
}

const settlement = (validators: number, miners: number): number => {
  const { counted, during } = countReads()
  const voters = upTo(validators).map((index) => ({ hotkey: hotkey(1_000 + index), stake: BigInt(1 + (index % 7)) }))
  const neurons = upTo(miners + 1).map((uid) => ({ uid, hotkey: hotkey(uid) }))
  const reports = new Map(
    voters.map(({ hotkey: by }, index) => {
      const values = neurons.slice(1).map((neuron) => ({ ...neuron, value: 1 + ((neuron.uid * 31 + index * 17) % 900) }))
      const repositories = [{ repository: "acme/gadgets", maintainers: neurons.slice(1), lost: 0 }]
      return [by, counted({ ...said(minersWith(values)), repositories })] as const
    })
  )
  const electorate = counted({ voters, neurons })
  return during(() => assert.lengthOf(settled(20, electorate, reports, undefined).cells, miners))
}

describe("of large subnets", () => {
  for (const [size, times] of [
    ["small", 1],
    ["larger", 4]
  ] as const)
    it(`costs what its size asks, ${size}`, () => {
      const [matches, players, validators] = [100 * times, 10 * times, 10 * times]
      // Whether a miner was absent is asked of each match.
      assert.isBelow(ratings(matches, players), 14 * matches * players, "ratings")
      assert.isBelow(pairs(validators, players), 30 * 8 * players, "pairs")
      assert.isBelow(settlement(validators, players), 40 * validators * players, "a settlement")
    })
})

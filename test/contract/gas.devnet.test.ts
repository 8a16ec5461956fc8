/** What messages cost on the real contract, and that it does not grow with the number of issues. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import { ATTEST, BOUNTY, miner, nextRound, OWNER, ROUND, STRANGER, solved, started, VALIDATORS, type World, won, world } from "./support.ts"

/** How much more the same message may cost with a hundred more issues: the storage's keys and numbers grow by some bytes. */
const TOLERANCE = 1.02

const register = (chain: World, number: number) => chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })

/** The gas of every message in the life of one issue, which is the next to be registered. */
const lifeOf = (chain: World, number: number, miners: readonly [number, number]) =>
  Effect.gen(function* () {
    const gas: Record<string, bigint> = {}
    const registered = yield* register(chain, number)
    gas.registerIssue = registered.gas
    yield* chain.feed(BOUNTY)
    gas.harvest = (yield* chain.ok(STRANGER, "harvest", {})).gas
    const issue = (yield* chain.read("counts", {})).issues
    const round = yield* nextRound(chain)
    yield* chain.toBlock(round * ROUND)
    for (const validator of VALIDATORS) {
      const attestation = { issue, round, enrolled: bitmapOfUids(miners), skipped: bitmapOfUids([9]) }
      gas.attestEnrolled = (yield* chain.ok(validator, "attestEnrolled", attestation)).gas
    }
    gas.enrolled = yield* chain.dryGas(STRANGER, "enrolled", { issue })
    yield* chain.toBlock(round * ROUND + ATTEST)
    const vote = { issue, round, a: yield* miner(miners[0]), b: yield* miner(miners[1]) }
    gas.votePair = (yield* chain.ok(VALIDATORS[0], "votePair", vote)).gas
    gas.votePairThatStarts = (yield* chain.ok(VALIDATORS[1], "votePair", vote)).gas
    const competition = (yield* chain.read("counts", {})).competitions
    const choice = yield* solved(miners[0])
    yield* chain.toBlock((yield* chain.read("competition", { id: competition }))?.submissionsFrom ?? 0)
    gas.voteOutcome = (yield* chain.ok(VALIDATORS[0], "voteOutcome", { issue, choice })).gas
    gas.voteOutcomeThatWins = (yield* chain.ok(VALIDATORS[1], "voteOutcome", { issue, choice })).gas
    yield* chain.toBlock((yield* chain.read("issue", { id: issue }))?.payableAt ?? 0)
    gas.payout = (yield* chain.ok(STRANGER, "payout", { issue })).gas
    return gas
  })

describe("gas", () => {
  it.scopedLive("of a message is the same for an early and a late issue", () =>
    Effect.gen(function* () {
      const chain = yield* world({ harvestStep: 100 })
      const early = yield* lifeOf(chain, 1, [5, 6])
      for (let number = 1_001; number <= 1_100; number++) yield* register(chain, number)
      yield* chain.feed(100n * BOUNTY)
      const filling = yield* chain.ok(STRANGER, "harvest", {})
      const late = yield* lifeOf(chain, 2, [5, 6])
      const lists = {
        issues: yield* chain.dryGas(STRANGER, "issues", { from: 1, limit: 100, status: null }),
        competitions: yield* chain.dryGas(STRANGER, "competitions", { from: 1, limit: 100 }),
        treasury: yield* chain.dryGas(STRANGER, "treasury", {}),
        validators: yield* chain.dryGas(STRANGER, "validators", {}),
        harvestOfHundred: filling.gas
      }
      const milliseconds = (gas: bigint) => (Number(gas) / 1e9).toFixed(2)
      const table = Object.entries({ ...late, ...lists }).map(([name, gas]) => `${name} ${milliseconds(gas)}`)
      console.log(`gas in ms of the reference machine: ${table.join(", ")}`)
      for (const [name, gas] of Object.entries(late)) {
        assert.isAtMost(Number(gas), Number(early[name]) * TOLERANCE, `${name} grew from ${early[name]} to ${gas}`)
      }
    })
  )

  it.scopedLive("of reading a miner's competition does not grow with the miner's past", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      const costs: Array<bigint> = []
      for (let number = 1; number <= 4; number++) {
        yield* register(chain, number)
        yield* chain.feed(BOUNTY)
        yield* chain.ok(STRANGER, "harvest", {})
        yield* won(chain, yield* started(chain, number, [5, 6]), 5)
        costs.push(yield* chain.dryGas(STRANGER, "competitionsOf", { hotkey: (yield* miner(5)).hotkey, from: number - 1, limit: 1 }))
      }
      assert.isAtMost(Number(costs[3]), Number(costs[0]) * TOLERANCE)
    })
  )
})

/** What messages cost on the real contract, and that it does not grow with the number of issues. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import {
  ATTEST,
  account,
  BOUNTY,
  miner,
  nextRound,
  OWNER,
  openIssue,
  ROUND,
  STRANGER,
  solved,
  started,
  VALIDATORS,
  type World,
  won,
  world
} from "./support.ts"

/** How much more the same message may cost with a hundred more issues: the storage's keys and numbers grow by some bytes. */
const TOLERANCE = 1.02

/** GitHub allows no longer name. */
const LONGEST_REPOSITORY = `${"o".repeat(39)}/${"w".repeat(100)}`

const register = (chain: World, number: number, repository = "acme/widgets") =>
  chain.ok(OWNER, "registerIssue", { repository, number, bounty: BOUNTY })

const milliseconds = (gas: bigint) => (Number(gas) / 1e9).toFixed(2)

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
      for (let number = 1_001; number <= 1_100; number++) yield* register(chain, number, LONGEST_REPOSITORY)
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

  it.scopedLive("and the room in storage suffice for a full whitelist of which everybody attests and votes", () =>
    Effect.gen(function* () {
      const chain = yield* world({ roundLength: 200, attestBlocks: 100 })
      const issue = yield* openIssue(chain, 1)
      const others = Array.from({ length: 61 }, (_, index) => `//Full${index}`)
      for (const who of others) {
        const coldkeys = yield* Effect.forEach([1, 2, 3, 4], (index) => account(`${who}//${index}`))
        yield* chain.ok(OWNER, "addValidator", { hotkey: yield* account(who), coldkeys })
        yield* chain.give(who)
      }
      const round = Math.floor((yield* chain.block) / 200) + 1
      yield* chain.toBlock(round * 200)
      const everybody = [...others, ...VALIDATORS]
      const bitmap = bitmapOfUids(Array.from({ length: 256 }, (_, uid) => uid))
      for (const who of everybody) yield* chain.ok(who, "attestEnrolled", { issue, round, enrolled: bitmap, skipped: bitmap })
      yield* chain.toBlock(round * 200 + 100)
      // Nobody but the three has stake: 61 votes of the longest kind are in the ballot before the last ones decide.
      const vote = { issue, round, a: yield* miner(5), b: yield* miner(6) }
      for (const who of others) yield* chain.ok(who, "votePair", vote)
      const enrolled = yield* chain.dryGas(STRANGER, "enrolled", { issue })
      const votePair = yield* chain.dryGas(VALIDATORS[0], "votePair", vote)
      yield* chain.ok(VALIDATORS[0], "votePair", vote)
      const started = (yield* chain.ok(VALIDATORS[1], "votePair", vote)).gas
      assert.strictEqual((yield* chain.read("issue", { id: issue }))?.status._tag, "Competing")
      console.log(
        `64 validators of 4 coldkeys, in ms: enrolled ${milliseconds(enrolled)}, votePair ${milliseconds(votePair)}, ${milliseconds(started)} if it starts`
      )
      // A block of Subtensor has two seconds for everything.
      assert.isBelow(Number(started), 200e9)
    })
  )
})

/** docs/security.md, a chain that does not recycle: with every status code, on every way on which something has to be recycled. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, MessageName, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { COVER, collateralRequired } from "../../../src/domain/Collateral.ts"
import { miner, OWNER, STRANGER, VALIDATORS } from "../../support/contract/accounts.ts"
import { breakFunction, repairFunction, STATUS_CODES } from "../../support/contract/faults.ts"
import { world } from "../../support/contract/newWorld.ts"
import { bonded } from "../../support/contract/refusals/bonded.ts"
import { BOUNTY } from "../../support/contract/settings.ts"
import { solved } from "../../support/contract/steps.ts"
import { batched, tags } from "../../support/contract/threats/support.ts"
import type { World } from "../../support/contract/World.ts"

const [FIRST, SECOND, THIRD] = VALIDATORS
const ROUND_LENGTH = 400
const CODES = STATUS_CODES.length
/** What a competition costs the one who loses it: a thousandth of the bounty. */
const SLASH = collateralRequired(BOUNTY, 10)
const cancelled = (tag: "Reverted" | "NotPlanned"): OutcomeChoice => ({ _tag: "Cancelled", reason: { _tag: tag } })

/** For every status code there is an issue for each of these ends. */
const ENDS = ["reverted", "cancelled", "unsolved", "paid", "open"] as const
const issueFor = (code: number, end: (typeof ENDS)[number]) => ENDS.indexOf(end) * CODES + code

/** Sends messages in as few transactions as fit into blocks. */
const sent = <Name extends MessageName>(chain: World, who: string, name: Name, all: ReadonlyArray<MessageArguments<Name>>) =>
  Effect.gen(function* () {
    for (let at = 0; at < all.length; at += 40) assert.strictEqual(yield* batched(chain, who, name, all.slice(at, at + 40)), "done")
  })

/** All issues have their bounties, all but the open ones a competition whose deadline has passed; those to be reverted or paid are won and payable. */
const readyToEnd = Effect.gen(function* () {
  const chain = yield* world({
    roundLength: ROUND_LENGTH,
    attestBlocks: 100,
    competitionLength: 40,
    outcomeGrace: 5_000,
    collateralBps: 10,
    maxCompetitionsPerMiner: 256,
    harvestStep: 100
  })
  for (const uid of [5, 6]) yield* bonded(chain, uid, BigInt(4 * CODES) * SLASH)
  const issues = Array.from({ length: ENDS.length * CODES }, (_, index) => index + 1)
  const competing = issues.slice(0, 4 * CODES)
  yield* sent(
    chain,
    OWNER,
    "registerIssue",
    issues.map((number) => ({ repository: "acme/widgets", number, bounty: BOUNTY }))
  )
  yield* chain.feed(BOUNTY * BigInt(issues.length))
  for (let filled = 0; filled < issues.length; filled += 100) yield* chain.ok(STRANGER, "harvest", {})
  const round = Math.floor((yield* chain.block) / ROUND_LENGTH) + 1
  yield* chain.toBlock(round * ROUND_LENGTH)
  const attestation = { round, enrolled: bitmapOfUids([5, 6]), skipped: bitmapOfUids([]) }
  const pair = { round, a: yield* miner(5), b: yield* miner(6) }
  for (const who of [FIRST, SECOND]) {
    yield* sent(
      chain,
      who,
      "attestEnrolled",
      competing.map((issue) => ({ issue, ...attestation }))
    )
  }
  yield* chain.toBlock(round * ROUND_LENGTH + 100)
  for (const who of [FIRST, SECOND]) {
    yield* sent(
      chain,
      who,
      "votePair",
      competing.map((issue) => ({ issue, ...pair }))
    )
  }
  yield* chain.toBlock((yield* chain.block) + 41)
  const votes = (ends: ReadonlyArray<readonly [(typeof ENDS)[number], OutcomeChoice]>) =>
    STATUS_CODES.flatMap(([code]) => ends.map(([end, choice]) => ({ issue: issueFor(code, end), choice })))
  const win = yield* solved(5)
  for (const who of [FIRST, SECOND]) {
    yield* sent(
      chain,
      who,
      "voteOutcome",
      votes([
        ["reverted", win],
        ["paid", win]
      ])
    )
  }
  yield* chain.toBlock((yield* chain.block) + 12)
  // One vote of half of the stake is missing to every other end.
  const ends = votes([
    ["reverted", cancelled("Reverted")],
    ["cancelled", cancelled("NotPlanned")],
    ["unsolved", { _tag: "Unsolved" }]
  ])
  yield* sent(chain, FIRST, "voteOutcome", ends)
  return chain
})

describe("a chain that recycles nothing", () => {
  it.scopedLive("stops no verdict, cancellation, payout or harvest, whatever its reason: what has to be recycled waits", () =>
    Effect.gen(function* () {
      const chain = yield* readyToEnd
      for (const [code, error] of STATUS_CODES) {
        yield* breakFunction(chain, "recycleAlpha", code)
        const verdicts = [
          { issue: issueFor(code, "reverted"), choice: cancelled("Reverted") },
          { issue: issueFor(code, "cancelled"), choice: cancelled("NotPlanned") },
          { issue: issueFor(code, "unsolved"), choice: { _tag: "Unsolved" } }
        ] as const
        assert.strictEqual(yield* batched(chain, THIRD, "voteOutcome", verdicts), "done", `status code ${code}`)
        yield* chain.toBlock((yield* chain.block) + 12)
        const ended = verdicts.map(({ issue }) => ({ issue }))
        assert.strictEqual(yield* batched(chain, STRANGER, "finish", ended), "done", `status code ${code}`)
        const payout = yield* chain.ok(STRANGER, "payout", { issue: issueFor(code, "paid") })
        assert.deepStrictEqual(tags(payout.events), ["BountyPaid", "CollateralSlashed"])
        yield* chain.ok(OWNER, "cancelIssue", { id: issueFor(code, "open"), reason: { _tag: "Owner" } })
        const toRecycle = BigInt(code) * (3n * BOUNTY + 3n * SLASH)
        const { events } = yield* chain.ok(STRANGER, "harvest", {})
        assert.deepInclude(events.at(-1), {
          released: BOUNTY,
          recycled: 0n,
          toRecycle,
          recyclingRefused: { _tag: "Subtensor", value: error }
        })
        assert.deepStrictEqual(yield* chain.refused(STRANGER, "recycle", {}), { _tag: "Subtensor", value: error })
        assert.deepStrictEqual(yield* chain.refused(STRANGER, "harvest", {}), { _tag: "Subtensor", value: error })
      }
      const last = yield* Effect.forEach(ENDS, (end) =>
        Effect.map(chain.read("issue", { id: issueFor(CODES, end) }), (issue) => issue?.status._tag)
      )
      assert.deepStrictEqual(last, ["Cancelled", "Cancelled", "Open", "Paid", "Cancelled"])

      yield* repairFunction(chain, "recycleAlpha")
      const waiting = BigInt(CODES) * (3n * BOUNTY + 3n * SLASH)
      assert.deepStrictEqual((yield* chain.ok(STRANGER, "recycle", {})).events, [{ _tag: "AlphaRecycled", amount: waiting, toRecycle: 0n }])
      const { held, allocated, collateral, unallocated } = yield* chain.read("treasury", {})
      assert.deepStrictEqual(
        [held, allocated, collateral, unallocated],
        [BigInt(CODES) * (BOUNTY + 5n * SLASH) + COVER, BigInt(CODES) * BOUNTY, BigInt(CODES) * 5n * SLASH, 0n]
      )
    })
  )
})

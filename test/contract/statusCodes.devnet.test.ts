/** Every refusal of the chain reaches the caller by name, whichever function gave it, and leaves everything as it was. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { bitmapOfUids } from "../../src/contract-client/bitmap.ts"
import type { ContractError, OutcomeChoice } from "../../src/contract-client/generated.ts"
import { type ChainFunction, STATUS_NAMES, whileFailing } from "./faults.ts"
import { BOUNTY, decide, miner, OWNER, openIssue, STRANGER, solved, VALIDATORS, type World, world } from "./support.ts"

const ROUND_LENGTH = 400
const [FIRST, SECOND] = VALIDATORS
const NOT_PLANNED: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

/** What the contract calls each status code: the 22 of the chain, and one that the chain may get one day. */
const CODES: ReadonlyArray<readonly [number, ContractError]> = [
  ...STATUS_NAMES.map((name, index) => [index + 1, { _tag: "Subtensor", value: { _tag: name } }] as const),
  [23, { _tag: "Subtensor", value: { _tag: "UnknownCode", value: 23 } }]
]

/** Tries all attempts under every status code of a function; each must be refused by that code's name. */
const refusedByName = (
  chain: World,
  what: ChainFunction,
  attempts: Readonly<Record<string, Effect.Effect<ContractError, Error>>>
): Effect.Effect<void, Error> =>
  Effect.forEach(
    CODES,
    ([code, expected]) =>
      whileFailing(
        chain,
        what,
        code,
        Effect.forEach(Object.entries(attempts), ([name, attempt]) =>
          Effect.map(attempt, (error) => assert.deepStrictEqual(error, expected, `${name}, status code ${code} of ${what}`))
        )
      ),
    { discard: true }
  )

/** Issue 1 is solved and can be paid, issue 2 waits for a pair, issue 3 has its pair attested and half of the votes to be cancelled. */
const midway = Effect.gen(function* () {
  const chain = yield* world({ roundLength: ROUND_LENGTH, attestBlocks: 8, competitionLength: 2_000 })
  for (const number of [1, 2, 3]) yield* openIssue(chain, number)
  yield* chain.toBlock(ROUND_LENGTH)
  for (const validator of VALIDATORS) {
    for (const [issue, uids] of [
      [1, [5, 6]],
      [3, [7, 8]]
    ] as const) {
      yield* chain.ok(validator, "attestEnrolled", { issue, round: 1, enrolled: bitmapOfUids(uids), skipped: bitmapOfUids([]) })
    }
  }
  yield* chain.toBlock(ROUND_LENGTH + 8)
  const pair = { issue: 1, round: 1, a: yield* miner(5), b: yield* miner(6) }
  yield* chain.ok(FIRST, "votePair", pair)
  yield* chain.ok(SECOND, "votePair", pair)
  yield* chain.toBlock((yield* chain.block) + 4)
  yield* decide(chain, 1, yield* solved(5))
  yield* chain.ok(FIRST, "voteOutcome", { issue: 3, choice: NOT_PLANNED })
  yield* chain.toBlock((yield* chain.block) + 12)
  return chain
})

const payout = (chain: World) => chain.refused(STRANGER, "payout", { issue: 1 })
const harvest = (chain: World) => chain.refused(STRANGER, "harvest", {})
const cancelByVote = (chain: World) => chain.refused(SECOND, "voteOutcome", { issue: 3, choice: NOT_PLANNED })

describe("a refusal of the chain reaches the caller by name and changes nothing", () => {
  it.scopedLive("when it asks for stake: votes, harvest, payout and what is shown", () =>
    Effect.gen(function* () {
      const chain = yield* midway
      yield* chain.feed(BOUNTY)
      yield* refusedByName(chain, "stakeInfo", {
        harvest: harvest(chain),
        payout: payout(chain),
        votePair: chain.refused(FIRST, "votePair", { issue: 3, round: 1, a: yield* miner(7), b: yield* miner(8) }),
        voteOutcome: cancelByVote(chain),
        treasury: chain.refused(STRANGER, "treasury", {}),
        validators: chain.refused(STRANGER, "validators", {}),
        enrolled: chain.refused(STRANGER, "enrolled", { issue: 3 })
      })
      assert.isBelow(yield* chain.block, 2 * ROUND_LENGTH)
      yield* chain.ok(STRANGER, "harvest", {})
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
    })
  )

  it.scopedLive("when it pays, and when it recycles", () =>
    Effect.gen(function* () {
      const chain = yield* midway
      yield* chain.feed(BOUNTY)
      yield* refusedByName(chain, "transferStake", { payout: payout(chain) })
      yield* refusedByName(chain, "recycleAlpha", {
        "harvest of what no issue needs": harvest(chain),
        "cancellation by the owner": chain.refused(OWNER, "cancelIssue", { id: 2, reason: { _tag: "Owner" } }),
        "cancellation by the validators": cancelByVote(chain)
      })
      yield* chain.ok(STRANGER, "payout", { issue: 1 })
      yield* chain.ok(OWNER, "cancelIssue", { id: 2, reason: { _tag: "Owner" } })
      yield* chain.ok(SECOND, "voteOutcome", { issue: 3, choice: NOT_PLANNED })
      yield* chain.ok(STRANGER, "harvest", {})
      assert.deepInclude(yield* chain.read("treasury", {}), { allocated: 0n, unallocated: 0n, paid: BOUNTY, recycled: 3n * BOUNTY })
    })
  )
})

describe("a proxy call that fails is named and changes nothing", () => {
  it.scopedLive("whether the chain refuses it or only what is inside it", () =>
    Effect.gen(function* () {
      const chain = yield* world()
      yield* chain.ok(OWNER, "registerIssue", { repository: "acme/widgets", number: 1, bounty: BOUNTY })
      yield* chain.feed(BOUNTY)
      assert.deepStrictEqual(yield* whileFailing(chain, "proxyCall", 1, harvest(chain)), { _tag: "ProxyCallFailed" })

      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, false)
      assert.deepStrictEqual(yield* harvest(chain), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "sudoSetToggleTransfer", 74, true)
      yield* chain.sudo("adminUtils", "devSetMinStake", BOUNTY + 1n)
      assert.deepStrictEqual(yield* harvest(chain), { _tag: "TreasuryTransferFailed" })
      yield* chain.sudo("adminUtils", "devSetMinStake", 2_000_000)

      const asTreasury = (name: "addProxy" | "removeProxy", type: string) =>
        chain.sudo("sudo", "sudoAs", chain.treasuryColdkey, chain.api.tx.proxy?.[name]?.(chain.contract, type, 0))
      yield* asTreasury("removeProxy", "Transfer")
      assert.deepStrictEqual(yield* harvest(chain), { _tag: "ProxyCallFailed" })
      yield* asTreasury("addProxy", "Staking")
      assert.deepStrictEqual(yield* harvest(chain), { _tag: "TreasuryTransferFailed" })
      yield* asTreasury("removeProxy", "Staking")
      yield* asTreasury("addProxy", "Transfer")
      yield* chain.ok(STRANGER, "harvest", {})
    })
  )
})

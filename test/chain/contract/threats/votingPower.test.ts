/** docs/security.md, the weighting by voting power: borrowed stake, an average that ends, and the treasury's hotkey on the whitelist. */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { account, OWNER, STRANGER, VALIDATORS } from "../../../support/contract/accounts.ts"
import { world } from "../../../support/contract/newWorld.ts"
import { ALPHA, BOUNTY } from "../../../support/contract/settings.ts"
import { changed, decide, openIssue, solved, started, won } from "../../../support/contract/steps.ts"
import { NETUID } from "../../../support/contract/subnet.ts"
import { answerOf, tags, transact } from "../../../support/contract/threats/support.ts"
import type { World } from "../../../support/contract/World.ts"
import { votingPowerFunctionsKey, votingPowerKey, votingPowerTrackedKey } from "../fuzz/keys.ts"

const [FIRST, SECOND, THIRD] = VALIDATORS
const POWERS = [50_000n, 30_000n, 20_000n]
const BORROWED = 400_000n * ALPHA

const u64 = (value: bigint): string => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(value)
  return `0x${bytes.toString("hex")}`
}

/** Root sets the average behind a hotkey to what it would be after months. */
const empower = (chain: World, hotkey: Effect.Effect.Success<ReturnType<typeof account>>, alpha: bigint) =>
  chain.sudo("system", "setStorage", [[`0x${votingPowerKey(NETUID, hotkey)}`, u64(alpha * ALPHA)]])

/** A subnet that has kept the average for long, and a contract that weighs by it. */
const byVotingPower = Effect.gen(function* () {
  const chain = yield* world()
  yield* chain.sudo("system", "setStorage", [
    [`0x${votingPowerFunctionsKey}`, "0x01"],
    [`0x${votingPowerTrackedKey(NETUID)}`, "0x01"]
  ])
  for (const [index, validator] of VALIDATORS.entries()) yield* empower(chain, yield* account(validator), POWERS[index] ?? 0n)
  yield* changed(chain, "setConfig", { settings: [{ _tag: "Weighting", value: { _tag: "ByVotingPower" } }] })
  return chain
})

const weights = (chain: World) => Effect.map(chain.read("validators", {}), (all) => all.map(({ weight }) => weight / ALPHA))

describe("stake that arrives for a vote", () => {
  it.scopedLive("hardly counts where votes weigh the average: four times everybody's stake decides nothing", () =>
    Effect.gen(function* () {
      const chain = yield* byVotingPower
      const issue = yield* openIssue(chain, 1)
      const { submissionsFrom = 0 } = (yield* chain.read("competition", { id: yield* started(chain, issue, [5, 6]) })) ?? {}
      const [hotkey, coldkey] = [yield* account(THIRD), yield* account(`${THIRD}//cold`)]
      assert.strictEqual(yield* transact(chain, "//Ferdie", "subtensorModule", "addStake", hotkey, NETUID, BORROWED), "done")
      const lent = transact(chain, "//Ferdie", "subtensorModule", "transferStake", coldkey, hotkey, NETUID, NETUID, BORROWED)
      assert.strictEqual(yield* lent, "done")
      assert.strictEqual(yield* chain.stake(hotkey, coldkey), BORROWED + 20_000n * ALPHA, "what it would weigh by stake")
      // Two epochs pass.
      yield* chain.toBlock(Math.max(submissionsFrom, (yield* chain.block) + 20))
      const [, , third = 0n] = yield* weights(chain)
      assert.isTrue(third > 20_000n && third < 24_000n, `${third}`)
      assert.deepStrictEqual(tags((yield* chain.ok(THIRD, "voteOutcome", { issue, choice: yield* solved(6) })).events), ["OutcomeVoted"])
      const decided = yield* decide(chain, issue, yield* solved(5))
      assert.deepStrictEqual(tags(decided.events), ["OutcomeVoted", "CompetitionWon"])
    })
  )
})

describe("an average that the subnet's owner stops", () => {
  it.scopedLive("leaves nobody a vote or a veto until the owner weighs otherwise; what is won is paid, and what runs expires", () =>
    Effect.gen(function* () {
      const chain = yield* byVotingPower
      const solvedIssue = yield* openIssue(chain, 1)
      yield* won(chain, yield* started(chain, solvedIssue, [5, 6]), 5)
      const competition = yield* started(chain, yield* openIssue(chain, 2), [7, 8])
      const [open, outcomeUntil] = [yield* openIssue(chain, 3), (yield* chain.read("competition", { id: competition }))?.outcomeUntil ?? 0]
      const { treasuryHotkey: hotkey } = chain
      yield* chain.sudo("system", "killPrefix", `0x${votingPowerKey(NETUID, hotkey).slice(0, -96)}`, 1_000)
      yield* chain.sudo("system", "killStorage", [`0x${votingPowerTrackedKey(NETUID)}`])
      assert.deepStrictEqual(yield* weights(chain), [0n, 0n, 0n])
      const cancelled = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } as const
      for (const validator of VALIDATORS) yield* chain.ok(validator, "voteOutcome", { issue: open, choice: cancelled })
      assert.strictEqual((yield* chain.read("issue", { id: open }))?.status._tag, "Open")
      const settings = [{ _tag: "Weighting", value: { _tag: "ByStake" } }] as const
      const { change } = answerOf(yield* chain.ok(OWNER, "setConfig", { settings }))
      for (const validator of VALIDATORS)
        assert.deepStrictEqual(tags((yield* chain.ok(validator, "veto", { change })).events), ["ChangeVetoVoted"])

      yield* chain.toBlock(outcomeUntil + 1)
      yield* chain.ok(STRANGER, "expire", { competition })
      yield* chain.ok(STRANGER, "payout", { issue: solvedIssue })
      yield* chain.ok(STRANGER, "apply", { change })
      // What was voted meanwhile counts again.
      assert.include(tags((yield* chain.ok(FIRST, "voteOutcome", { issue: open, choice: cancelled })).events), "IssueCancelled")
      assert.isTrue(yield* chain.read("solvent", {}))
    })
  )
})

describe("the treasury's hotkey on the whitelist", () => {
  it.scopedLive("would weigh everybody's money in votes that nobody can cast: the others see it coming and drop it", () =>
    Effect.gen(function* () {
      const chain = yield* byVotingPower
      yield* changed(chain, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 40 }] })
      yield* empower(chain, chain.treasuryHotkey, 500_000n)
      const add = Effect.map(
        chain.ok(OWNER, "addValidator", { hotkey: chain.treasuryHotkey, coldkeys: [] }),
        (sent) => answerOf(sent).change
      )
      const vetoed = yield* add
      yield* chain.ok(FIRST, "veto", { change: vetoed })
      assert.include(tags((yield* chain.ok(SECOND, "veto", { change: vetoed })).events), "ChangeVetoed")
      const change = yield* add
      yield* chain.toBlock((yield* chain.block) + 40)
      yield* chain.ok(STRANGER, "apply", { change })
      const all = yield* weights(chain)
      assert.isTrue((all[3] ?? 0n) > (all[0] ?? 0n) + (all[1] ?? 0n) + (all[2] ?? 0n), all.join())
      const issue = yield* openIssue(chain, 1)
      for (const validator of VALIDATORS)
        yield* chain.ok(validator, "voteOutcome", { issue, choice: { _tag: "Cancelled", reason: { _tag: "NotPlanned" } } })
      assert.deepInclude(yield* chain.read("issue", { id: issue }), { status: { _tag: "Open" }, funded: BOUNTY })
    })
  )
})

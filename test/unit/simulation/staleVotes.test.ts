/**
 * An outdated outcome ballot of an honest validator must not help hostile ones later. Here an issue is closed as not planned by mistake, a few
 * validators vote for that, and then it is reopened, solved and won.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap, Option } from "effect"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, withStake } from "../../../lab/contract-model/Subnet.ts"
import { accountNamed } from "../../../lab/simulation/network/keys.ts"
import { contractConfig } from "../../../lab/simulation/setup.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { COVER } from "../../../src/domain/Collateral.ts"

const owner = accountNamed("owner")
/** Per cent of the stake. The last validator is hostile; a decision takes more than half. */
const stakes = [20, 20, 11, 49]
const validators = stakes.map((_, index) => accountNamed(`voter ${index}`))
const [most, more, few, hostile] = validators
const [a, b] = [20, 30].map((uid) => ({ uid, hotkey: accountNamed(`hotkey ${uid}`), coldkey: accountNamed(`coldkey ${uid}`) }))
const notPlanned: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

const story = () => {
  if (a === undefined || b === undefined) throw new Error("two miners")
  const { treasuryColdkey, treasuryHotkey } = contractConfig
  const hotkeys = new Set([treasuryHotkey, ...validators])
  let world: World = {
    state: newState(accountNamed("contract"), owner, { ...contractConfig, ownerDelay: 0 }),
    subnet: withStake(
      { ...emptySubnet(30_000), hotkeys, proxyOf: new Set([treasuryColdkey]) },
      treasuryHotkey,
      accountNamed("contract"),
      COVER
    )
  }
  const call = <Name extends Action>(caller: AccountAddress | undefined, name: Name, args: MessageArguments<Name>) => {
    if (caller === undefined) throw new Error("nobody")
    const outcome = send(world, caller, name, args)
    world = outcome.world
    return outcome.answer
  }
  const reach = (block: number) => {
    world = { ...world, subnet: { ...world.subnet, block } }
  }
  validators.forEach((hotkey, index) => {
    world = { ...world, subnet: withStake(world.subnet, hotkey, hotkey, BigInt(stakes[index] ?? 0) * 1_000_000n) }
    call(owner, "addValidator", { hotkey, coldkeys: [hotkey] })
  })
  call(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 300 }] })
  const bounty = 10_000_000_000n
  call(owner, "registerIssue", { repository: "acme/widgets", number: 7, bounty })
  world = { ...world, subnet: withStake(world.subnet, treasuryHotkey, treasuryColdkey, bounty) }
  call(owner, "harvest", {})
  const enrolled = bitmapOfUids([20, 30])
  for (const voter of [most, more, few]) call(voter, "attestEnrolled", { issue: 1, round: 100, enrolled, skipped: bitmapOfUids([]) })
  reach(30_060)
  for (const voter of [most, more, few]) call(voter, "votePair", { issue: 1, round: 100, a, b })
  assert.isTrue(HashMap.has(world.state.competitions, 1))
  const status = () => Option.getOrThrow(HashMap.get(world.state.issues, 1)).status._tag
  return { call, reach, status, solved: { _tag: "Solved", hotkey: a.hotkey, pullRequest: 9 } as const }
}

describe("an outcome ballot that was right once", () => {
  it("does not cancel a bounty that was won later", () => {
    const { reach, solved, status, call } = story()
    reach(30_100)
    call(few, "voteOutcome", { issue: 1, choice: notPlanned })
    // Reopened and solved: the others vote, while one of the earlier voters is offline.
    reach(31_000)
    call(most, "voteOutcome", { issue: 1, choice: solved })
    call(more, "voteOutcome", { issue: 1, choice: solved })
    call(hostile, "voteOutcome", { issue: 1, choice: solved })
    assert.strictEqual(status(), "Solved")
    call(hostile, "voteOutcome", { issue: 1, choice: notPlanned })
    assert.strictEqual(status(), "Solved", "the vote of before counts no more")
  })

  it("can be withdrawn while the issue waits", () => {
    const { reach, status, call } = story()
    reach(30_100)
    call(few, "voteOutcome", { issue: 1, choice: notPlanned })
    assert.isTrue(Either.isRight(call(few, "withdrawOutcomeVote", { issue: 1 })))
    call(hostile, "voteOutcome", { issue: 1, choice: notPlanned })
    assert.strictEqual(status(), "Competing")
  })
})

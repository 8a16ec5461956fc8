/**
 * An outdated vote of an honest validator must not help hostile ones later. Here an issue is closed as not planned by mistake, a few validators vote
 * for its cancellation, and then the issue is reopened and solved.
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
/** In percent of the stake. The last validator is hostile; a decision needs more than half. */
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
      { ...emptySubnet(30_000 - contractConfig.day), hotkeys, proxyOf: new Set([treasuryColdkey]) },
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
  call(owner, "noteWeights", {})
  reach(30_000)
  call(owner, "noteWeights", {})
  call(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: contractConfig.ownerDelay }] })
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
  const settle = () => call(hostile, "settle", { issue: 1 })
  return { call, reach, settle, status, solved: { _tag: "Solved", hotkey: a.hotkey, pullRequest: 9 } as const }
}

describe("a vote that was right once", () => {
  it("does not cancel a bounty once its validator votes for the solution", () => {
    const { call, reach, settle, solved, status } = story()
    reach(30_100)
    call(few, "voteOutcome", { issue: 1, choice: notPlanned })
    call(hostile, "voteOutcome", { issue: 1, choice: notPlanned })
    reach(30_999)
    assert.isTrue(Either.isLeft(settle()), "it has not stood for long enough")
    for (const voter of [most, more, few]) call(voter, "voteOutcome", { issue: 1, choice: solved })
    reach(31_000)
    assert.isTrue(Either.isLeft(settle()))
    reach(30_999 + contractConfig.challengePeriod)
    assert.isTrue(Either.isRight(settle()))
    assert.strictEqual(status(), "Solved")
    assert.isTrue(Either.isLeft(call(hostile, "voteOutcome", { issue: 1, choice: notPlanned })))
  })

  it("can be withdrawn while the issue waits", () => {
    const { call, reach, settle, status } = story()
    reach(30_100)
    for (const voter of [few, hostile]) call(voter, "voteOutcome", { issue: 1, choice: notPlanned })
    assert.isTrue(Either.isRight(call(few, "withdrawOutcomeVote", { issue: 1 })))
    reach(30_100 + contractConfig.challengePeriod)
    assert.isTrue(Either.isLeft(settle()))
    assert.strictEqual(status(), "Competing")
  })
})

/** The model of the contract's rules alone: one bounty from registration to payment, without a chain. */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap, Option } from "effect"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import { ask } from "../../../lab/contract-model/views.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { ContractConfig, MessageArguments } from "../../../src/contract-client/generated.ts"
import { keylessColdkey, keylessHotkey } from "../../../src/contract-client/keyless.ts"
import { fromPublicKey } from "../../../src/domain/Account.ts"
import { COVER, collateralRequired } from "../../../src/domain/Collateral.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(5)]
const treasuryBirth = { spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` }
const treasuryColdkey = keylessColdkey(treasuryBirth)
const treasuryHotkey = keylessHotkey(treasuryColdkey, treasuryBirth.salt)
const validators = [10, 11, 12].map(account)
const [a, b] = [20, 30].map((number) => ({ uid: number, hotkey: account(number), coldkey: account(number + 1) }))

const config: ContractConfig = {
  netuid: 74,
  devChain: true,
  treasuryHotkey,
  treasuryColdkey,
  treasuryBirth,
  minBounty: 1_000_000_000n,
  maxBounty: 10_000_000_000_000n,
  submissionWindow: 4,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: 12,
  roundLength: 20,
  attestBlocks: 8,
  quorumBps: 5_001,
  weighting: { _tag: "ByStake" },
  maxCompetitionsPerMiner: 1,
  collateralBps: 1_000,
  slashBps: 5_000,
  harvestStep: 3,
  ownerDelay: 0,
  rosterSigner: owner,
  rosterSignerSince: 1
}

/** A configured contract, and the messages sent to it one after another. */
const story = () => {
  const subnet = emptySubnet(100)
  const hotkeys = new Set([treasuryHotkey, ...validators, account(20), account(30)])
  let world: World = { state: newState(contract, owner, config), subnet: { ...subnet, hotkeys, proxyOf: new Set([treasuryColdkey]) } }
  const stake = (hotkey: typeof contract, coldkey: typeof contract, amount: bigint) => {
    world = { ...world, subnet: withStake(world.subnet, hotkey, coldkey, amount) }
  }
  const tell = <Name extends Action>(caller: typeof contract, name: Name, args: MessageArguments<Name>) => {
    const outcome = send(world, caller, name, args)
    world = outcome.world
    return outcome
  }
  const reach = (block: number) => {
    world = { ...world, subnet: { ...world.subnet, block } }
  }
  stake(treasuryHotkey, contract, COVER)
  for (const hotkey of validators) {
    stake(hotkey, hotkey, 100n)
    tell(owner, "addValidator", { hotkey, coldkeys: [hotkey] })
  }
  tell(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 10 }] })
  return { tell, reach, stake, world: () => world }
}

describe("the model of the contract", () => {
  it("pays a winner and slashes the loser", () => {
    const { reach, stake, tell, world } = story()
    if (a === undefined || b === undefined) throw new Error("two miners")
    const bounty = 100_000_000_000n
    tell(owner, "registerIssue", { repository: "acme/widgets", number: 7, bounty })
    stake(treasuryHotkey, treasuryColdkey, bounty)
    assert.isTrue(Either.isRight(tell(stranger, "harvest", {}).answer))
    for (const { coldkey, hotkey } of [a, b]) {
      stake(hotkey, coldkey, bounty)
      assert.isTrue(Either.isRight(tell(coldkey, "depositCollateral", { hotkey, amount: bounty / 10n }).answer))
    }
    reach(120)
    for (const validator of validators) {
      tell(validator, "attestEnrolled", { issue: 1, round: 6, enrolled: bitmapOfUids([20, 30]), skipped: bitmapOfUids([]) })
    }
    reach(128)
    tell(validators[0] ?? owner, "votePair", { issue: 1, round: 6, a, b })
    const started = tell(validators[1] ?? owner, "votePair", { issue: 1, round: 6, a: b, b: a })
    assert.deepStrictEqual(
      started.events.map(({ _tag }) => _tag),
      ["PairVoted", "CompetitionStarted"]
    )
    reach(132)
    for (const validator of validators.slice(0, 2)) {
      tell(validator, "voteOutcome", { issue: 1, choice: { _tag: "Solved", hotkey: a.hotkey, pullRequest: 8 } })
    }
    assert.deepStrictEqual(tell(stranger, "payout", { issue: 1 }).answer, Either.left({ _tag: "TooEarly" as const, from: 144 }))
    reach(144)
    assert.isTrue(Either.isRight(tell(stranger, "payout", { issue: 1 }).answer))
    assert.strictEqual(stakeOf(world().subnet, treasuryHotkey, a.coldkey), bounty)
    assert.deepStrictEqual(
      Either.getOrThrow(
        ask(world(), "collateral", {
          miners: [
            [a.hotkey, a.coldkey],
            [b.hotkey, b.coldkey]
          ]
        })
      ),
      [
        { deposited: bounty / 10n, locked: 0n },
        { deposited: bounty / 10n - collateralRequired(bounty, config.collateralBps) / 2n, locked: 0n }
      ]
    )
    assert.strictEqual(Option.getOrThrow(HashMap.get(world().state.issues, 1)).status._tag, "Paid")
  })

  it("leaves its state unchanged when it refuses", () => {
    const { tell, world } = story()
    const before = world()
    const { answer, events } = tell(stranger, "registerIssue", { repository: "acme/widgets", number: 7, bounty: 100_000_000_000n })
    assert.deepStrictEqual(answer, Either.left({ _tag: "NotOwner" as const }))
    assert.deepStrictEqual(events, [])
    assert.strictEqual(world(), before)
  })
})

/** The model of the contract's rules alone: bounties from registration to payment, without a chain. */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap, Option } from "effect"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, type Subnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import { ask } from "../../../lab/contract-model/views.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { COVER, collateralRequired } from "../../../src/domain/Collateral.ts"
import { testConfig as config } from "../../support/histories/model.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(5)]
const { day, challengePeriod: wait, recycleAfter, treasuryColdkey, treasuryHotkey } = config
const validators = [10, 11, 12].map(account)
const [first, second, third] = [account(10), account(11), account(12)]
const a = { uid: 20, hotkey: account(20), coldkey: account(21) }
const b = { uid: 30, hotkey: account(30), coldkey: account(31) }
const ALPHA = 1_000_000_000n
const BOUNTY = 100n * ALPHA
const solved: OutcomeChoice = { _tag: "Solved", hotkey: a.hotkey, pullRequest: 8 }
const notPlanned: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }

/** A contract in service in block 100, with three equal validators whose stake weighs, and the messages sent to it one after another. */
const story = () => {
  const hotkeys = new Set([treasuryHotkey, ...validators, a.hotkey, b.hotkey])
  let world: World = {
    state: newState(contract, owner, config),
    subnet: { ...emptySubnet(50), hotkeys, proxyOf: new Set([treasuryColdkey]) }
  }
  const chain = (edit: (subnet: Subnet) => Subnet) => {
    world = { ...world, subnet: edit(world.subnet) }
  }
  const stake = (hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint) =>
    chain((subnet) => withStake(subnet, hotkey, coldkey, amount))
  const tell = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const outcome = send(world, caller, name, args)
    world = outcome.world
    return outcome
  }
  const refusal = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) =>
    Option.getOrUndefined(Either.getLeft(tell(caller, name, args).answer))
  const reach = (block: number) => chain((subnet) => ({ ...subnet, block }))
  const pass = (blocks: number) => reach(world.subnet.block + blocks)
  const days = (count: number) => {
    for (let turn = 0; turn < count; turn++) {
      pass(day)
      tell(stranger, "noteWeights", {})
    }
  }
  const vote = (choice: OutcomeChoice, voters = [first, second]) => {
    for (const hotkey of voters) tell(hotkey, "voteOutcome", { issue: 1, choice })
  }
  /** Votes, and settles the issue after the wait. */
  const settle = (choice: OutcomeChoice) => {
    vote(choice)
    pass(wait)
    return tell(stranger, "settle", { issue: 1 })
  }
  const fund = () => {
    tell(owner, "registerIssue", { repository: "acme/widgets", number: 7, bounty: BOUNTY })
    stake(treasuryHotkey, treasuryColdkey, BOUNTY)
    return tell(stranger, "harvest", {})
  }
  /** Starts a competition between `a` and `b` in block 128. */
  const compete = () => {
    fund()
    for (const { coldkey, hotkey } of [a, b]) {
      stake(hotkey, coldkey, BOUNTY)
      tell(coldkey, "depositCollateral", { hotkey, amount: BOUNTY / 10n })
    }
    reach(120)
    const enrolled = bitmapOfUids([20, 30])
    for (const hotkey of validators) tell(hotkey, "attestEnrolled", { issue: 1, round: 6, enrolled, skipped: bitmapOfUids([]) })
    reach(128)
    for (const hotkey of [first, second]) tell(hotkey, "votePair", { issue: 1, round: 6, a, b })
    assert.strictEqual(issue().status._tag, "Competing")
    reach(132)
  }
  const issue = () => HashMap.unsafeGet(world.state.issues, 1)
  const status = () => issue().status._tag
  stake(treasuryHotkey, contract, COVER)
  for (const hotkey of validators) {
    stake(hotkey, hotkey, 100n)
    tell(owner, "addValidator", { hotkey, coldkeys: [hotkey] })
  }
  days(3)
  reach(100)
  tell(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 10 }] })
  return { chain, compete, days, fund, issue, pass, reach, refusal, settle, stake, status, tell, vote, world: () => world }
}

const tagsOf = ({ events }: { readonly events: ReadonlyArray<{ readonly _tag: string }> }) => events.map(({ _tag }) => _tag)

describe("the model of the contract", () => {
  it("pays a winner, and slashes the loser once the votes have stood for the wait", () => {
    const { compete, pass, refusal, status, tell, vote, world } = story()
    compete()
    vote(solved)
    pass(wait - 1)
    assert.deepStrictEqual(refusal(stranger, "settle", { issue: 1 }), { _tag: "NothingToSettle", issue: 1, weight: 0n, totalWeight: 300n })
    pass(1)
    assert.deepStrictEqual(tagsOf(tell(stranger, "settle", { issue: 1 })).slice(-2), ["CompetitionWon", "CollateralSlashed"])
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: notPlanned }), { _tag: "IssueClosed", issue: 1 })
    assert.isTrue(Either.isRight(tell(stranger, "payout", { issue: 1 }).answer))
    assert.strictEqual(stakeOf(world().subnet, treasuryHotkey, a.coldkey), BOUNTY)
    const miners = [a, b].map(({ coldkey, hotkey }) => [hotkey, coldkey] as const)
    assert.deepStrictEqual(Either.getOrThrow(ask(world(), "collateral", { miners })), [
      { deposited: BOUNTY / 10n, locked: 0n },
      { deposited: BOUNTY / 10n - collateralRequired(BOUNTY, config.collateralBps) / 2n, locked: 0n }
    ])
    assert.strictEqual(status(), "Paid")
  })

  it("leaves its state unchanged when it refuses", () => {
    const { tell, world } = story()
    const before = world()
    const { answer, events } = tell(stranger, "registerIssue", { repository: "acme/widgets", number: 7, bounty: BOUNTY })
    assert.deepStrictEqual(answer, Either.left({ _tag: "NotOwner" as const }))
    assert.deepStrictEqual(events, [])
    assert.strictEqual(world(), before)
  })

  it("counts no stake that is lent for a block, and no vote of one that has left", () => {
    const { compete, days, pass, refusal, stake, status, tell, vote } = story()
    compete()
    vote(solved, [third])
    pass(wait)
    stake(third, third, 10_000n)
    assert.strictEqual(refusal(stranger, "settle", { issue: 1 })?._tag, "NothingToSettle")
    stake(third, third, 100n)
    vote(solved, [first])
    pass(wait)
    stake(first, first, 0n)
    assert.deepStrictEqual(refusal(stranger, "settle", { issue: 1 }), {
      _tag: "NothingToSettle",
      issue: 1,
      weight: 100n,
      totalWeight: 300n
    })
    tell(stranger, "noteWeights", {})
    stake(first, first, 100n)
    assert.strictEqual(refusal(stranger, "settle", { issue: 1 })?._tag, "NothingToSettle")
    days(2)
    tell(stranger, "settle", { issue: 1 })
    assert.strictEqual(status(), "Solved")
  })

  it("weighs a newcomer after two turns of the day", () => {
    const { days, pass, stake, tell, world } = story()
    const hotkey = account(13)
    stake(hotkey, hotkey, 1_000n)
    tell(owner, "addValidator", { hotkey, coldkeys: [hotkey] })
    pass(10)
    tell(stranger, "apply", { change: 5 })
    const weight = () => Either.getOrThrow(ask(world(), "validators", {})).validators.at(-1)?.weight
    assert.strictEqual(weight(), 0n)
    days(1)
    assert.strictEqual(weight(), 0n)
    days(1)
    assert.strictEqual(weight(), 1_000n)
    assert.strictEqual(Either.getOrThrow(ask(world(), "validators", {})).total, 1_300n)
  })

  it("keeps the age of a vote that is repeated, and no other's", () => {
    const { compete, pass, refusal, tell, vote, world } = story()
    compete()
    const since = () => Either.getOrThrow(ask(world(), "ballotOutcome", { issue: 1 })).map((entry) => entry.since)
    vote(solved, [first])
    pass(3)
    vote(solved)
    assert.deepStrictEqual(since(), [132, 135])
    vote(notPlanned, [first])
    assert.deepStrictEqual(since(), [135, 135])
    tell(first, "withdrawOutcomeVote", { issue: 1 })
    assert.deepStrictEqual(since(), [135])
    assert.deepStrictEqual(refusal(first, "withdrawOutcomeVote", { issue: 1 }), { _tag: "NothingToDo" })
  })

  it("lets a competition expire three waits after its grace, unless its end can be settled", () => {
    const { compete, pass, reach, refusal, status, tell, vote } = story()
    compete()
    const from = 128 + 40 + 10 + 3 * wait + 1
    reach(from - 1)
    assert.deepStrictEqual(refusal(stranger, "expire", { competition: 1 }), { _tag: "TooEarly", from })
    vote({ _tag: "Dissolved" })
    pass(wait)
    assert.deepStrictEqual(refusal(stranger, "expire", { competition: 1 }), { _tag: "OutcomeStands", issue: 1 })
    vote(notPlanned, [first])
    assert.deepStrictEqual(tagsOf(tell(stranger, "expire", { competition: 1 })).slice(-1), ["CompetitionExpired"])
    assert.strictEqual(status(), "Open")
  })

  it("finds an issue unsolved at the cost of one side", () => {
    const { compete, reach, refusal, settle, world } = story()
    compete()
    const unsolved = { _tag: "Unsolved", slashA: false, slashB: true } as const
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: unsolved }), { _tag: "TooEarly", from: 169 })
    reach(169)
    assert.deepStrictEqual(tagsOf(settle(unsolved)).slice(-2), ["CompetitionUnsolved", "CollateralSlashed"])
    assert.strictEqual(world().state.slashed, world().state.fresh)
  })

  it("pays whom a competitor's own coldkey names", () => {
    const { compete, refusal, settle, tell, world } = story()
    compete()
    const named = { competition: 1, coldkey: stranger }
    assert.deepStrictEqual(refusal(first, "payTo", named), { _tag: "NotACompetitorsColdkey" })
    assert.deepStrictEqual(refusal(a.coldkey, "payTo", { ...named, coldkey: contract }), { _tag: "ReservedColdkey", coldkey: contract })
    settle(solved)
    assert.deepStrictEqual(refusal(b.coldkey, "payTo", named), { _tag: "CompetitionOver", competition: 1 })
    tell(a.coldkey, "payTo", named)
    tell(owner, "payout", { issue: 1 })
    assert.strictEqual(stakeOf(world().subnet, treasuryHotkey, stranger), BOUNTY)
    assert.deepStrictEqual(refusal(a.coldkey, "payTo", named), { _tag: "AlreadyPaid", issue: 1 })
  })

  it("recycles what came free after once to twice the time, and gives it to issues before", () => {
    const { fund, pass, settle, stake, tell, world } = story()
    fund()
    settle(notPlanned)
    assert.strictEqual(world().state.fresh, BOUNTY)
    tell(stranger, "harvest", {})
    const { agedAt, aged } = world().state
    assert.deepStrictEqual([aged, agedAt], [BOUNTY, world().subnet.block])
    tell(owner, "registerIssue", { repository: "acme/widgets", number: 8, bounty: BOUNTY / 2n })
    pass(recycleAfter - 1)
    stake(treasuryHotkey, treasuryColdkey, BOUNTY)
    tell(stranger, "harvest", {})
    assert.deepStrictEqual([world().state.aged, world().state.fresh], [BOUNTY / 2n, BOUNTY])
    pass(1)
    tell(stranger, "harvest", {})
    assert.deepStrictEqual([world().state.recycled, world().state.aged, world().state.fresh], [BOUNTY / 2n, BOUNTY, 0n])
  })

  it("lets the owner cancel and edit a funded issue only after the delay, and an edit keeps the money", () => {
    const { fund, issue, pass, refusal, tell, world } = story()
    fund()
    const edit = { id: 1, repository: "acme/tools", number: 9, bounty: 2n * BOUNTY }
    const { answer } = tell(owner, "editIssue", edit)
    assert.deepStrictEqual(answer, Either.right({ change: 5, appliesFrom: 110, applied: false }))
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 5 }), { _tag: "TooEarly", from: 110 })
    pass(10)
    tell(stranger, "apply", { change: 5 })
    assert.deepInclude(issue(), { repository: "acme/tools", number: 9, bounty: 2n * BOUNTY, funded: BOUNTY, status: { _tag: "Funding" } })
    assert.strictEqual(world().state.nextToFund, 1)
    tell(owner, "cancelIssue", { id: 1, reason: { _tag: "Owner" } })
    assert.strictEqual(issue().status._tag, "Funding")
    for (const hotkey of [first, second]) tell(hotkey, "veto", { change: 6 })
    pass(10)
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 6 }), { _tag: "ChangeClosed", change: 6 })
  })

  it("drops a change for good when its vetoes pass at the moment in which it is applied", () => {
    const { pass, refusal, stake, tell, days, world } = story()
    stake(first, first, 1_000n)
    tell(owner, "setConfig", { settings: [{ _tag: "SlashBps", value: 1 }] })
    tell(first, "veto", { change: 5 })
    assert.lengthOf(world().state.waiting, 1)
    days(3)
    pass(10)
    assert.deepStrictEqual(tell(stranger, "apply", { change: 5 }).answer, Either.right(false))
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 5 }), { _tag: "ChangeClosed", change: 5 })
    assert.strictEqual(world().state.config.slashBps, config.slashBps)
  })

  it("after the subnet's end settles who solved it by the last day's stake, slashes nobody, and changes nothing else", () => {
    const { chain, compete, refusal, settle, stake, status, tell, vote, world } = story()
    compete()
    vote(notPlanned, [third])
    chain((subnet) => ({ ...subnet, exists: false }))
    for (const hotkey of validators) stake(hotkey, hotkey, 0n)
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: notPlanned }), { _tag: "SubnetEnded" })
    assert.deepStrictEqual(refusal(stranger, "noteWeights", {}), { _tag: "SubnetEnded" })
    assert.deepStrictEqual(refusal(owner, "setCode", { codeHash: "0x12" }), { _tag: "SubnetEnded" })
    assert.deepStrictEqual(tagsOf(settle(solved)), ["CompetitionWon"])
    assert.deepStrictEqual([status(), world().state.slashed], ["Solved", 0n])
    assert.strictEqual(Either.isRight(tell(owner, "assignRest", { to: stranger }).answer), true)
  })
})

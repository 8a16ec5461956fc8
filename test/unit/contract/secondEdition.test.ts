/** The model of the second edition: money that never waits for the chain, and powers that are bounded. */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap, Option } from "effect"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { ChainTrap, emptySubnet, type Subnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import { ask } from "../../../lab/contract-model/views.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import type { ContractConfig, MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { keylessColdkey, keylessHotkey } from "../../../src/contract-client/keyless.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { COVER, collateralRequired } from "../../../src/domain/Collateral.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(5)]
const [first, second, third] = [account(10), account(11), account(12)]
const validators = [first, second, third]
const a = { uid: 20, hotkey: account(20), coldkey: account(21) }
const b = { uid: 30, hotkey: account(30), coldkey: account(31) }
const ALPHA = 1_000_000_000n
const BOUNTY = 100n * ALPHA
const notPlanned: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "NotPlanned" } }
const reverted: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "Reverted" } }
const solved: OutcomeChoice = { _tag: "Solved", hotkey: a.hotkey, pullRequest: 8 }

const birth = (index: number) => ({ spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index, salt: `0x${"07".repeat(32)}` })
const treasury = (index: number) => {
  const coldkey = keylessColdkey(birth(index))
  return { coldkey, hotkey: keylessHotkey(coldkey, birth(index).salt), birth: birth(index) }
}
const old = treasury(0)

const config: ContractConfig = {
  netuid: 74,
  devChain: true,
  treasuryHotkey: old.hotkey,
  treasuryColdkey: old.coldkey,
  treasuryBirth: old.birth,
  minBounty: ALPHA,
  maxBounty: 10_000n * ALPHA,
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

/** A contract in service with three equal validators. */
const story = () => {
  const hotkeys = new Set([old.hotkey, treasury(1).hotkey, ...validators, a.hotkey, b.hotkey])
  let world: World = {
    state: newState(contract, owner, config),
    subnet: { ...emptySubnet(100), hotkeys, codes: new Set(["0x12"]), proxyOf: new Set([old.coldkey]) }
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
  stake(old.hotkey, contract, COVER)
  for (const hotkey of validators) {
    stake(hotkey, hotkey, 100n * ALPHA)
    tell(owner, "addValidator", { hotkey, coldkeys: [hotkey] })
  }
  const serve = () => tell(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 10 }] })
  const vote = (choice: OutcomeChoice) => [first, second].map((hotkey) => tell(hotkey, "voteOutcome", { issue: 1, choice }))[1]
  const issue = () => HashMap.unsafeGet(world.state.issues, 1)
  /** Decides what cannot be undone, and carries it out after the challenge period. */
  const end = (choice: OutcomeChoice) => {
    vote(choice)
    reach(world.subnet.block + config.challengePeriod)
    tell(stranger, "finish", { issue: 1 })
  }
  const fund = () => {
    tell(owner, "registerIssue", { repository: "acme/widgets", number: 7, bounty: BOUNTY })
    stake(old.hotkey, old.coldkey, BOUNTY)
    return tell(stranger, "harvest", {})
  }
  /** Starts a competition between `a` and `b` at block 128. */
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
  }
  const solve = () => {
    compete()
    reach(132)
    vote(solved)
    assert.strictEqual(issue().status._tag, "Solved")
  }
  return { world: () => world, chain, compete, end, fund, issue, reach, refusal, serve, solve, stake, tell, vote }
}

const inService = () => {
  const made = story()
  made.serve()
  return made
}

describe("money never waits for the chain's mood", () => {
  it("reverts a verdict while the chain recycles nothing, and recycles later", () => {
    const { chain, end, issue, refusal, solve, tell, world } = inService()
    solve()
    chain((subnet) => ({ ...subnet, faults: { recycleAlpha: 13 } }))
    end(reverted)
    assert.strictEqual(issue().status._tag, "Cancelled")
    assert.strictEqual(world().state.toRecycle, BOUNTY)
    assert.deepStrictEqual(refusal(stranger, "recycle", {}), { _tag: "Subtensor", value: { _tag: "AmountTooLow" } })
    chain((subnet) => ({ ...subnet, faults: {} }))
    assert.deepStrictEqual(tell(stranger, "recycle", {}).events, [{ _tag: "AlphaRecycled", amount: BOUNTY, toRecycle: 0n }])
    assert.deepStrictEqual(refusal(stranger, "recycle", {}), { _tag: "NothingToRecycle" })
  })

  it("gives a bounty that nobody competed for to the next issue", () => {
    const { fund, issue, tell, vote, world } = inService()
    fund()
    tell(owner, "registerIssue", { repository: "acme/widgets", number: 8, bounty: BOUNTY })
    vote(notPlanned)
    assert.strictEqual(issue().status._tag, "Cancelled")
    assert.strictEqual(world().state.unallocated, BOUNTY)
    tell(stranger, "harvest", {})
    assert.strictEqual(HashMap.unsafeGet(world().state.issues, 2).status._tag, "Open")
  })

  it("names another payee, or cancels, when the winner cannot be paid", () => {
    const { chain, end, issue, reach, refusal, solve, vote } = inService()
    solve()
    chain((subnet) => ({ ...subnet, transfersAllowed: false }))
    reach(144)
    const impossible: OutcomeChoice = { _tag: "Cancelled", reason: { _tag: "PaymentImpossible" } }
    assert.deepStrictEqual(refusal(stranger, "payout", { issue: 1 }), { _tag: "PaymentRefused", error: { _tag: "RuntimeError" } })
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: { _tag: "PayTo", coldkey: contract } }), {
      _tag: "ReservedColdkey",
      coldkey: contract
    })
    vote({ _tag: "PayTo", coldkey: stranger })
    assert.strictEqual(issue().payTo, stranger)
    assert.strictEqual(issue().payableAt, 156)
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: impossible }), { _tag: "ReasonNotAllowed" })
    reach(156)
    end(impossible)
    assert.strictEqual(issue().status._tag, "Cancelled")
  })

  it("slashes nobody when the validators were silent, and both when they found no solution", () => {
    const slashedBy = (end: "expire" | "unsolved") => {
      const { compete, end: carryOut, issue, reach, refusal, tell, world } = inService()
      compete()
      reach(168)
      assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: { _tag: "Unsolved" } }), { _tag: "TooEarly", from: 169 })
      reach(end === "expire" ? 179 : 169)
      if (end === "expire") tell(stranger, "expire", { competition: 1 })
      else carryOut({ _tag: "Unsolved" })
      assert.deepStrictEqual([issue().status._tag, issue().attempts], ["Open", 1])
      return world().state.slashed
    }
    assert.strictEqual(slashedBy("expire"), 0n)
    assert.strictEqual(slashedBy("unsolved"), 2n * (collateralRequired(BOUNTY, config.collateralBps) / 2n))
  })

  it("keeps collateral in one pool and refuses locked stake", () => {
    const { chain, refusal, stake, tell, world } = inService()
    stake(a.hotkey, a.coldkey, BOUNTY)
    tell(a.coldkey, "depositCollateral", { hotkey: a.hotkey, amount: 10n * ALPHA })
    assert.strictEqual(stakeOf(world().subnet, old.hotkey, contract), 10n * ALPHA + COVER)
    assert.strictEqual(stakeOf(world().subnet, a.hotkey, contract), 0n)
    chain((subnet) => ({ ...subnet, locks: HashMap.make([a.coldkey, BOUNTY]) }))
    assert.deepStrictEqual(refusal(a.coldkey, "depositCollateral", { hotkey: a.hotkey, amount: 10n * ALPHA }), {
      _tag: "Subtensor",
      value: { _tag: "RuntimeError" }
    })
    assert.isTrue(Either.isRight(tell(a.coldkey, "withdrawCollateral", { hotkey: a.hotkey, amount: 10n * ALPHA }).answer))
  })

  it("lets only what waits to be recycled bear a shortage", () => {
    const { end, refusal, solve, stake, tell, world } = inService()
    solve()
    end(reverted)
    const collateral = BOUNTY / 5n
    const held = collateral + COVER
    stake(old.hotkey, contract, held)
    assert.deepStrictEqual(refusal(stranger, "recycle", {}), { _tag: "NotEnoughHeld", held, needed: bookedOf(world().state) })
    stake(old.hotkey, contract, held + 1n)
    tell(stranger, "recycle", {})
    assert.strictEqual(world().state.toRecycle, BOUNTY - 1n)
    assert.deepStrictEqual(ask(world(), "solvent", {}), Either.right(false))
  })

  it("harvests what is not locked, and everything when the chain does not tell", () => {
    const { chain, stake, tell, world } = inService()
    stake(old.hotkey, old.coldkey, BOUNTY)
    chain((subnet) => ({ ...subnet, locks: HashMap.make([old.coldkey, BOUNTY / 4n]) }))
    tell(stranger, "harvest", {})
    assert.strictEqual(stakeOf(world().subnet, old.hotkey, old.coldkey), BOUNTY / 4n)
    chain((subnet) => ({ ...subnet, locks: HashMap.empty(), faults: { stakeAvailability: 1 } }))
    tell(stranger, "harvest", {})
    assert.strictEqual(stakeOf(world().subnet, old.hotkey, old.coldkey), 0n)
  })
})

describe("what cannot be undone waits", () => {
  const unsolved: OutcomeChoice = { _tag: "Unsolved" }

  it("and can be taken back, with everything as it was, by stake that was not there for it", () => {
    for (const [block, choice] of [[130, notPlanned] as const, [169, unsolved] as const]) {
      const { compete, issue, reach, refusal, stake, tell, vote, world } = inService()
      compete()
      reach(block)
      const before = world().state
      stake(third, third, 1_000n * ALPHA)
      tell(third, "voteOutcome", { issue: 1, choice })
      stake(third, third, 100n * ALPHA)
      assert.deepStrictEqual(issue().waiting, { choice, from: block + 12 })
      assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice }), { _tag: "OutcomeWaits", issue: 1, from: block + 12 })
      assert.deepStrictEqual(refusal(stranger, "finish", { issue: 1 }), { _tag: "TooEarly", from: block + 12 })
      vote({ _tag: "TakenBack" })
      assert.deepStrictEqual({ ...world().state, outcomeBallots: HashMap.empty() }, { ...before, outcomeBallots: HashMap.empty() })
      assert.deepStrictEqual(refusal(stranger, "finish", { issue: 1 }), { _tag: "NothingWaits", issue: 1 })
    }
  })

  it("takes no payment along: a challenge that is taken back begins another challenge period", () => {
    const { issue, reach, refusal, solve, tell, vote } = inService()
    solve()
    vote(reverted)
    reach(144)
    assert.deepStrictEqual(refusal(stranger, "payout", { issue: 1 }), { _tag: "OutcomeWaits", issue: 1, from: 144 })
    vote({ _tag: "TakenBack" })
    assert.strictEqual(issue().payableAt, 156)
    reach(156)
    vote(reverted)
    assert.isTrue(Either.isRight(tell(stranger, "payout", { issue: 1 }).answer), "decided too late to stop the payment")
  })

  it("but for a pair that is dissolved before anything could be submitted", () => {
    const { compete, issue, reach, refusal, vote, world } = inService()
    compete()
    reach(131)
    vote({ _tag: "Dissolved" })
    assert.deepStrictEqual([issue().status._tag, issue().attempts, issue().funded], ["Open", 0, BOUNTY])
    const { collaterals, running, slashed, toRecycle } = world().state
    assert.deepStrictEqual([HashMap.size(running), slashed, toRecycle], [0, 0n, 0n])
    assert.isTrue([...HashMap.values(collaterals)].every(({ locked }) => locked === 0n))
    const late = inService()
    late.compete()
    late.reach(132)
    assert.deepStrictEqual(late.refusal(first, "voteOutcome", { issue: 1, choice: { _tag: "Dissolved" } }), { _tag: "TooLate", until: 131 })
    assert.deepStrictEqual(refusal(first, "voteOutcome", { issue: 1, choice: { _tag: "Dissolved" } }), {
      _tag: "NoRunningCompetition",
      issue: 1
    })
  })
})

describe("powers are bounded", () => {
  it("fills nothing and starts nothing while it is set up", () => {
    const { fund, refusal, tell, world, serve } = story()
    fund()
    assert.strictEqual(world().state.unallocated, BOUNTY)
    assert.deepStrictEqual(refusal(first, "votePair", { issue: 1, round: 5, a, b }), { _tag: "InSetup" })
    serve()
    tell(stranger, "harvest", {})
    assert.strictEqual(world().state.allocated, BOUNTY)
  })

  it("does not apply a change against which a majority stands, and lets nobody veto its own removal", () => {
    const { reach, refusal, stake, tell } = inService()
    tell(owner, "removeValidator", { hotkey: third })
    assert.deepStrictEqual(refusal(third, "veto", { change: 5 }), { _tag: "OwnRemoval" })
    tell(first, "veto", { change: 5 })
    stake(first, first, 101n * ALPHA)
    reach(110)
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 5 }), { _tag: "Vetoed", change: 5 })
    stake(first, first, 99n * ALPHA)
    assert.isTrue(Either.isRight(tell(stranger, "apply", { change: 5 }).answer))
  })

  it("locks announced code, which must be on the chain", () => {
    const { refusal, tell, world } = inService()
    assert.throws(() => send(world(), owner, "setCode", { codeHash: "0x34" }), ChainTrap)
    tell(owner, "setCode", { codeHash: "0x12" })
    assert.deepStrictEqual(refusal(owner, "setCode", { codeHash: "0x12" }), { _tag: "AlreadyAnnounced", change: 5 })
  })

  it("lets an offer of ownership lapse or be withdrawn", () => {
    const { reach, refusal, tell, world } = inService()
    tell(owner, "proposeOwner", { owner: stranger })
    reach(110)
    tell(first, "apply", { change: 5 })
    reach(110 + 14_401)
    assert.deepStrictEqual(refusal(stranger, "acceptOwnership", {}), { _tag: "OfferLapsed", until: 110 + 14_400 })
    tell(owner, "withdrawOffer", {})
    assert.deepStrictEqual(refusal(stranger, "acceptOwnership", {}), { _tag: "NotProposedOwner" })
    assert.deepStrictEqual(refusal(owner, "withdrawOffer", {}), { _tag: "NoOffer" })
    assert.strictEqual(world().state.owner, owner)
  })

  it("takes only a keyless treasury that backs no validator, and leaves nothing behind", () => {
    const { chain, fund, reach, refusal, stake, tell, world } = inService()
    fund()
    const other = treasury(1)
    const setting = (change: Partial<typeof other>) => [{ _tag: "Treasury" as const, ...other, ...change }]
    assert.deepStrictEqual(refusal(owner, "setConfig", { settings: setting({ coldkey: stranger }) }), {
      _tag: "TreasuryNotKeyless",
      derived: other.coldkey
    })
    assert.deepStrictEqual(refusal(owner, "setConfig", { settings: setting({ hotkey: stranger }) }), {
      _tag: "TreasuryHotkeyNotDerived",
      derived: other.hotkey
    })
    tell(owner, "setConfig", { settings: setting({}) })
    tell(owner, "addValidator", { hotkey: stranger, coldkeys: [other.coldkey] })
    reach(110)
    stake(other.hotkey, contract, 2n * BOUNTY)
    chain((subnet) => ({ ...subnet, faults: { moveStake: 13 } }))
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 5 }), { _tag: "Subtensor", value: { _tag: "AmountTooLow" } })
    chain((subnet) => ({ ...subnet, faults: {} }))
    tell(stranger, "apply", { change: 5 })
    assert.strictEqual(stakeOf(world().subnet, old.hotkey, contract), 0n)
    assert.deepStrictEqual(refusal(stranger, "apply", { change: 6 }), { _tag: "TreasuryCannotVote" })
  })
})

/**
 * The contract's money behind hotkeys that earn dividends, where the chain rounds every movement: the rounding causes no refusal, and the books stay
 * covered.
 */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap } from "effect"
import * as fc from "fast-check"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { collateralOf } from "../../../lab/contract-model/collateral.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, stakeOf, withDividend, withStake } from "../../../lab/contract-model/Subnet.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import { bookedOf } from "../../../src/contract-client/books.ts"
import type { ContractConfig, MessageArguments, OutcomeChoice } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { collateralAsked } from "../../../src/domain/Collateral.ts"
import { DUST } from "../../support/figures.ts"

/** 10,000 were played when this was written. */
const SEQUENCES = 150
const STEPS = 60

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger, validator, backer] = [account(1), account(2), account(3), account(4), account(5)]
const miners = [5, 6, 7].map((uid) => ({ uid, hotkey: account(20 + uid), coldkey: account(40 + uid) }))
const treasuries = Array.from({ length: 8 }, (_, index) =>
  treasuryOf({ spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index, salt: `0x${"07".repeat(32)}` })
)
const ALPHA = 1_000_000_000n
const BOUNTY = 10n * ALPHA

const config: ContractConfig = {
  ...(treasuries[0] ?? assert.fail("a treasury")),
  netuid: 74,
  devChain: true,
  day: 1,
  minBounty: 1n,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 0,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: 1,
  roundLength: 20,
  attestBlocks: 8,
  quorumBps: 5_001,
  maxCompetitionsPerMiner: 256,
  collateralBps: 1_000,
  slashBps: 5_000,
  harvestStep: 3,
  recycleAfter: 7,
  ownerDelay: 0,
  rosterSigner: owner,
  rosterSignerSince: 1
}

const someone = fc.nat(2)
const rao = fc.oneof(fc.bigInt(ALPHA, 100n * ALPHA), fc.constant(collateralAsked(BOUNTY, config.collateralBps)))
const step = fc.oneof(
  // An epoch's dividend: a few rao, or much.
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("dividend" as const),
      whose: fc.nat(3),
      amount: fc.oneof(fc.bigInt(1n, 9n), fc.bigInt(1n, 50n * ALPHA))
    })
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("deposit" as const), who: someone, amount: rao, all: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("withdraw" as const), who: someone, all: fc.boolean() }) },
  // Strangers stake and unstake behind the same hotkeys.
  { weight: 3, arbitrary: fc.record({ do: fc.constant("restake" as const), whose: fc.nat(3), amount: fc.bigInt(0n, 1_000n * ALPHA) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("earn" as const), amount: fc.bigInt(2_000_000n, 30n * ALPHA) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("compete" as const), end: fc.constantFrom("payout", "unsolved", "cancel") }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("recycle" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("replace" as const) }) }
)
type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

class Sequence {
  private world: World
  private issue = 0
  private replaced = 0
  /** Treasuries replaced since the cover was last filled up: each may take a rao of it. */
  private sinceCovered = 0

  constructor() {
    const hotkeys = new Set([...miners.map(({ hotkey }) => hotkey), ...treasuries.map(({ treasuryHotkey }) => treasuryHotkey)])
    const proxyOf = new Set(treasuries.map(({ treasuryColdkey }) => treasuryColdkey))
    this.world = { state: newState(contract, owner, config), subnet: { ...emptySubnet(100), alphaOut: 10n ** 18n, hotkeys, proxyOf } }
    this.gain(validator, backer, ALPHA)
    this.must(owner, "addValidator", { hotkey: validator, coldkeys: [backer] })
    for (let turn = 1; turn < 3; turn++) {
      this.reach(100 + turn)
      this.must(stranger, "noteWeights", {})
    }
    this.must(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: 1 }] })
  }

  private get treasury(): AccountAddress {
    return this.world.state.config.treasuryHotkey
  }

  private hotkey(whose: number): AccountAddress {
    return miners[whose]?.hotkey ?? this.treasury
  }

  /** A message that must not be refused. */
  private must<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): void {
    const { answer, world } = send(this.world, caller, name, args)
    if (Either.isLeft(answer)) assert.fail(`${name} was refused: ${inspect(answer.left)}`)
    this.world = world
  }

  private change(edit: (subnet: World["subnet"]) => World["subnet"]): void {
    this.world = { ...this.world, subnet: edit(this.world.subnet) }
  }

  private gain(hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): void {
    this.change((subnet) => withStake(subnet, hotkey, coldkey, stakeOf(subnet, hotkey, coldkey) + amount))
  }

  private reach(block: number): void {
    this.change((subnet) => ({ ...subnet, block: Math.max(block, subnet.block) }))
  }

  private miner(who: number) {
    return miners[who] ?? assert.fail("a miner")
  }

  private deposit(who: number, amount: bigint, all: boolean): void {
    const { coldkey, hotkey } = this.miner(who)
    this.gain(hotkey, coldkey, amount)
    // What was gained may read a rao less, and the chain refuses more than there is.
    const had = stakeOf(this.world.subnet, hotkey, coldkey)
    const asked = all || had < amount ? had : amount
    if (asked < 2_000_010n) return
    const before = collateralOf(this.world.state, { hotkey, coldkey }).deposited
    this.must(coldkey, "depositCollateral", { hotkey, amount: asked })
    const booked = collateralOf(this.world.state, { hotkey, coldkey }).deposited - before
    assert.isTrue(booked <= asked && asked - booked <= DUST, `${booked} booked of ${asked}`)
    this.sinceCovered = 0
  }

  /** A competition of the first two miners from its enrolment to its end. Exactly the required collateral is enough. */
  private compete(end: string): void {
    this.issue++
    this.must(owner, "registerIssue", { repository: "acme/widgets", number: this.issue, bounty: BOUNTY })
    this.gain(this.treasury, this.world.state.config.treasuryColdkey, BOUNTY + 100n)
    this.must(stranger, "harvest", {})
    for (const who of [0, 1]) this.deposit(who, collateralAsked(BOUNTY, config.collateralBps), false)
    const round = Math.floor(this.world.subnet.block / 20) + 1
    const issue = HashMap.size(this.world.state.issues)
    this.reach(round * 20)
    this.must(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids([5, 6]), skipped: bitmapOfUids([]) })
    this.reach(round * 20 + 8)
    const [a, b] = [this.miner(0), this.miner(1)]
    this.must(validator, "votePair", { issue, round, a, b })
    const settle = (choice: OutcomeChoice) => {
      this.must(validator, "voteOutcome", { issue, choice })
      this.reach(this.world.subnet.block + config.challengePeriod)
      this.must(stranger, "settle", { issue })
    }
    if (end === "unsolved") {
      this.reach(this.world.subnet.block + 41)
      settle({ _tag: "Unsolved", slashA: true, slashB: true })
    }
    if (end !== "payout") {
      settle({ _tag: "Cancelled", reason: { _tag: "NotPlanned" } })
      return
    }
    settle({ _tag: "Solved", hotkey: a.hotkey, pullRequest: 1 })
    const before = stakeOf(this.world.subnet, this.treasury, a.coldkey)
    this.must(stranger, "payout", { issue })
    const got = stakeOf(this.world.subnet, this.treasury, a.coldkey) - before
    assert.isTrue(got <= BOUNTY + 1n && BOUNTY - got <= DUST, `${got} of ${BOUNTY}`)
    this.sinceCovered = 0
  }

  play(step: Step): void {
    switch (step.do) {
      case "dividend":
        this.change((subnet) => withDividend(subnet, this.hotkey(step.whose), step.amount))
        break
      case "restake":
        this.change((subnet) => withStake(subnet, this.hotkey(step.whose), stranger, step.amount))
        break
      case "deposit":
        this.deposit(step.who, step.amount, step.all)
        break
      case "withdraw": {
        const { coldkey, hotkey } = this.miner(step.who)
        const { deposited, locked } = collateralOf(this.world.state, { hotkey, coldkey })
        const free = deposited - locked
        const amount = step.all ? free : free / 2n
        if (amount < 2_000_010n) return
        this.must(coldkey, "withdrawCollateral", { hotkey, amount })
        this.sinceCovered = 0
        break
      }
      case "earn":
        this.gain(this.treasury, this.world.state.config.treasuryColdkey, step.amount + 10n)
        this.must(stranger, "harvest", {})
        this.sinceCovered = 0
        break
      case "compete":
        this.compete(step.end)
        break
      case "recycle": {
        const { aged, agedAt, fresh } = this.world.state
        this.reach(agedAt + config.recycleAfter)
        if (aged + fresh === 0n) return
        this.must(stranger, "harvest", {})
        assert.strictEqual(this.world.state.agedAt, this.world.subnet.block)
        break
      }
      case "replace": {
        const next = treasuries[this.replaced + 1]
        // A pool of dust cannot be moved, and stays behind.
        if (next === undefined || this.sinceCovered === 2 || stakeOf(this.world.subnet, this.treasury, contract) <= DUST) return
        this.replaced++
        this.sinceCovered++
        // The next treasury's hotkey has also earned dividends.
        this.gain(next.treasuryHotkey, stranger, 7n * ALPHA)
        this.change((subnet) => withDividend(subnet, next.treasuryHotkey, 1_234_567_891n))
        const setting = { _tag: "Treasury", hotkey: next.treasuryHotkey, coldkey: next.treasuryColdkey, birth: next.treasuryBirth } as const
        this.must(owner, "setConfig", { settings: [setting] })
        this.reach(this.world.subnet.block + 1)
        this.must(stranger, "apply", { change: this.world.state.changeCount })
      }
    }
  }

  /** The contract's stake beyond its books. */
  cover(): bigint {
    return stakeOf(this.world.subnet, this.treasury, contract) - bookedOf(this.world.state)
  }
}

const plays = (seed?: number) =>
  fc.assert(
    fc.property(fc.array(step, { minLength: STEPS, maxLength: STEPS }), (steps) => {
      const sequence = new Sequence()
      for (const [index, step] of steps.entries()) {
        sequence.play(step)
        const cover = sequence.cover()
        assert.isTrue(cover >= 0n, `${cover} after step ${index}`)
      }
    }),
    { numRuns: SEQUENCES, ...(seed === undefined ? {} : { seed }) }
  )

describe("a contract behind hotkeys that earn dividends", () => {
  it("refuses no movement for dust, and stays covered", () => plays())

  // The pool holds more than dust, and less than the chain moves, when the treasury is replaced.
  for (const seed of [766771, -1988198648]) it(`replaces a treasury that holds what the chain moves not (seed ${seed})`, () => plays(seed))
})

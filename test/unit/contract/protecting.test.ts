/**
 * Who protects is never weighed away: the rules of vetoes over random histories of stake, notes, votes, swapped hotkeys, listings and ends of the subnet,
 * by the model of the contract.
 */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { pendingOf, removes, vetoesOf } from "../../../lab/contract-model/changes.ts"
import { hasEnded } from "../../../lab/contract-model/ending.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import type { MessageArguments } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { least } from "../../../src/domain/Amount.ts"
import { defaults } from "../../support/contract/settings.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(3)]
const COLDKEYS = 5
/** Four validators that are listed at first, and one that is not. Those from 5 on are the same coldkeys' other hotkeys. */
const validators = Array.from({ length: 2 * COLDKEYS }, (_, nth) => ({
  hotkey: account(10 + nth),
  coldkey: account(110 + (nth % COLDKEYS))
}))
const treasury = treasuryOf({ spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })
const CODE = `0x${"0c".repeat(32)}` as const
const DAY = 5
const CHANGE = 6

const validator = (nth: number) => validators[nth] ?? assert.fail("a validator")

/** A chain with a contract in service whose change 6 waits: other settings, other code, or the removal of the fourth validator. */
const beginning = (what: "settings" | "code" | "removal"): World => {
  const config = { ...defaults, ...treasury, day: DAY, ownerDelay: 0, challengePeriod: DAY, recycleAfter: 7 * DAY, rosterSignerSince: 1 }
  let world: World = { state: newState(contract, owner, config), subnet: { ...emptySubnet(100), codes: new Set([CODE]) } }
  const must = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const { answer, world: next } = send(world, caller, name, args)
    assert.isTrue(Either.isRight(answer), name)
    world = next
  }
  for (const { coldkey, hotkey } of validators.slice(0, 4)) must(owner, "addValidator", { hotkey, coldkeys: [coldkey] })
  must(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DAY }] })
  if (what === "removal") must(owner, "removeValidator", { hotkey: validator(3).hotkey })
  else if (what === "code") must(owner, "setCode", { codeHash: CODE })
  else must(owner, "setConfig", { settings: [{ _tag: "QuorumBps", value: 6_000 }] })
  return world
}

const who = fc.oneof({ weight: 6, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.integer({ min: 4, max: 9 }) })
const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("has" as const), who, stake: fc.bigInt(0n, 100n) }) },
  { weight: 8, arbitrary: fc.record({ do: fc.constant("veto" as const), who, back: fc.boolean() }) },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("look" as const), after: fc.nat(DAY) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("list" as const), who, stays: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("carry" as const) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("swap" as const), who: fc.nat(COLDKEYS - 1) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("subnet" as const),
      is: fc.constantFrom("dissolved" as const, "another's" as const, "back" as const)
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("announce" as const) }) }
)
const history = fc.record({
  what: fc.constantFrom("settings" as const, "code" as const, "code" as const, "removal" as const),
  steps: fc.array(step, { minLength: 10, maxLength: 40 }),
  loan: fc.bigInt(1n, 1_000_000n)
})
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never
type Step = History["steps"][number]

const having = (world: World, nth: number, stake: bigint): World => {
  const { coldkey, hotkey } = validator(nth)
  return { ...world, subnet: withStake(world.subnet, hotkey, coldkey, stake) }
}
const stakeBy = ({ subnet }: World, nth: number) => stakeOf(subnet, validator(nth).hotkey, validator(nth).coldkey)
const atBlock = (world: World, block: number): World => ({ ...world, subnet: { ...world.subnet, block } })
const looked = (world: World): World => send(send(world, stranger, "noteWeights", {}).world, stranger, "windUp", {}).world

/** The change whose fate is watched: code may have been announced anew. */
const watched = ({ state }: World) => pendingOf(state).find(({ id, what }) => id === CHANGE || what._tag === "Code")

const after = (world: World, step: Step): World => {
  switch (step.do) {
    case "has":
      return having(world, step.who, step.stake)
    case "veto":
      return send(world, validator(step.who).hotkey, step.back ? "withdrawVeto" : "veto", { change: watched(world)?.id ?? CHANGE }).world
    case "look":
      return looked(atBlock(world, world.subnet.block + step.after))
    case "list": {
      const { coldkey, hotkey } = validator(step.who)
      if (step.stays) return send(world, owner, "addValidator", { hotkey, coldkeys: [coldkey] }).world
      return send(world, owner, "removeValidator", { hotkey }).world
    }
    case "carry": {
      const others = pendingOf(world.state).filter(({ id }) => id !== watched(world)?.id)
      return others.reduce((all, { id }) => send(all, stranger, "apply", { change: id }).world, world)
    }
    case "swap": {
      const [one, other] = [stakeBy(world, step.who), stakeBy(world, step.who + COLDKEYS)]
      return having(having(world, step.who, other), step.who + COLDKEYS, one)
    }
    case "subnet":
      return { ...world, subnet: { ...world.subnet, exists: step.is !== "dissolved", registrations: step.is === "another's" ? 2n : 1n } }
    case "announce": {
      const code = world.state.announcedCode
      if (code === null) return world
      return send(send(world, owner, "withdrawChange", { change: code.change.id }).world, owner, "setCode", { codeHash: CODE }).world
    }
  }
}

/** A history to its end, when the change can be applied. */
interface Play {
  readonly world: World
  readonly change: number
  /** Validators that have a say in it, by their vote against it. */
  readonly against: ReadonlyArray<number>
  readonly others: ReadonlyArray<number>
  readonly loan: bigint
  /** The most stake behind each hotkey that was seen a day ago or earlier. */
  readonly aDayAgo: ReadonlyArray<bigint>
}

/** Ends with a look: a loan can hide what somebody sold only from looks that see the loan. Null: code is announced no more. */
const played = ({ loan, steps, what }: History): Play | null => {
  const seen: Array<{ readonly block: number; readonly stakes: ReadonlyArray<bigint> }> = []
  const last = [...steps, { do: "look", after: 0 } as const].reduce((world, step) => {
    const next = after(world, step)
    seen.push({ block: next.subnet.block, stakes: validators.map((_, nth) => stakeBy(next, nth)) })
    return next
  }, beginning(what))
  const change = watched(last)
  if (change === undefined) return null
  const world = atBlock(last, Math.max(last.subnet.block, change.appliesFrom))
  const nths = validators.flatMap(({ hotkey }, nth) =>
    world.state.validators.some((known) => known.hotkey === hotkey) && !removes(change.what, hotkey) ? [nth] : []
  )
  const vetoes = new Set(vetoesOf(world.state, change.id))
  const old = seen.filter(({ block }) => block <= world.subnet.block - DAY)
  return {
    world,
    change: change.id,
    against: nths.filter((nth) => vetoes.has(validator(nth).hotkey)),
    others: nths.filter((nth) => !vetoes.has(validator(nth).hotkey)),
    loan,
    aDayAgo: validators.map((_, nth) => old.reduce((most, { stakes }) => (most > (stakes[nth] ?? 0n) ? most : (stakes[nth] ?? 0n)), 0n))
  }
}

const isOver = ({ state, subnet }: World) => Either.getOrThrow(hasEnded(state, subnet))
const noted = ({ state }: World, nth: number) => {
  const { day, since } = state.validators.find(({ hotkey }) => hotkey === validator(nth).hotkey)?.noted ?? assert.fail("a note")
  return least(day, since)
}
/** What a validator has now: after the end of the subnet, what was noted of it. */
const present = (world: World, nth: number) => (isOver(world) ? noted(world, nth) : stakeBy(world, nth))
const sum = (nths: ReadonlyArray<number>, of: (nth: number) => bigint) => nths.reduce((all, nth) => all + of(nth), 0n)
const lent = (world: World, nths: ReadonlyArray<number>, loan: bigint) =>
  nths.reduce((all, nth) => having(all, nth, stakeBy(all, nth) + loan), world)
const returned = (world: World, nths: ReadonlyArray<number>, loan: bigint) => lent(world, nths, -loan)

const answerTo = (world: World, name: "apply" | "drop", { change }: Pick<Play, "change">) => send(world, stranger, name, { change }).answer
const succeeds = (world: World, name: "apply" | "drop", play: Pick<Play, "change">) => Either.isRight(answerTo(world, name, play))

/** A history of each kind, in which these validators vote against the change; `rest`: what happens after that. */
const examples = (vetoers: readonly [number, ...Array<number>], rest: ReadonlyArray<Step> = []): Readonly<Record<string, History>> => {
  const looks = Array.from({ length: 3 }, () => ({ do: "look", after: DAY }) as const)
  const stakes = [50n, 30n, 20n, 10n].map((stake, who) => ({ do: "has", who, stake }) as const)
  const vetoes = (of: ReadonlyArray<number>) => of.map((who) => ({ do: "veto", who, back: false }) as const)
  const [first, ...more] = vetoers
  const listing = (who: number, stays: boolean): ReadonlyArray<Step> => [
    { do: "list", who, stays },
    { do: "look", after: DAY },
    { do: "carry" }
  ]
  const of = (what: History["what"], steps: ReadonlyArray<Step>, voters: ReadonlyArray<number> = vetoers): History => ({
    what,
    steps: [...stakes, ...looks, ...steps, ...vetoes(voters), ...rest],
    loan: 1_000_000n
  })
  return {
    settings: of("settings", []),
    code: of("code", []),
    "a removal": of("removal", []),
    "a swapped hotkey": of("code", [...listing(first + COLDKEYS, true), { do: "swap", who: first }], [first + COLDKEYS, ...more]),
    "a validator more": of("code", [...listing(4, true), { do: "has", who: 4, stake: 15n }]),
    "a validator less": of("code", listing(3, false)),
    "an end": of("code", [
      { do: "subnet", is: "dissolved" },
      { do: "look", after: 0 },
      { do: "look", after: DAY },
      { do: "look", after: 1 },
      { do: "announce" }
    ]),
    "an end that was none": of("code", [
      { do: "subnet", is: "another's" },
      { do: "look", after: 1 },
      { do: "subnet", is: "back" }
    ])
  }
}

/** The property says something about each example, and holds in random histories; it answers whether it said something. */
const holds = (given: Readonly<Record<string, History>>, property: (play: Play) => boolean) => {
  for (const [name, history] of Object.entries(given)) {
    const play = played(history)
    assert.isTrue(play !== null && property(play), name)
  }
  fc.assert(
    fc.property(history, (history) => {
      const play = played(history)
      if (play !== null) property(play)
    }),
    { numRuns: 1_000 }
  )
}

describe("vetoes, whatever stake did before", () => {
  it("of more than half of the present stake stop a change, whatever the others borrow", () =>
    holds(examples([0, 1]), (play) => {
      const { against, loan, others, world } = play
      if (sum(against, (nth) => present(world, nth)) <= sum(others, (nth) => present(world, nth))) return false
      const borrowed = lent(world, others, loan)
      for (const one of [world, borrowed, looked(borrowed), returned(looked(borrowed), others, loan)])
        assert.isFalse(succeeds(one, "apply", play))
      return Either.getOrNull(Either.flip(answerTo(borrowed, "apply", play)))?._tag === "Vetoed"
    }))

  it("refuse with a loan only while it is there, and drop nothing by it", () =>
    holds(examples([2]), (play) => {
      const { against, loan, world } = play
      const borrowed = lent(world, against, loan)
      if (!succeeds(world, "drop", play)) assert.isFalse(succeeds(borrowed, "drop", play))
      // Looks that saw the loan are no different later from looks that did not.
      const [without, gone] = [looked(world), returned(looked(borrowed), against, loan)]
      assert.strictEqual(succeeds(gone, "drop", play), succeeds(without, "drop", play))
      assert.strictEqual(succeeds(gone, "apply", play), succeeds(without, "apply", play))
      return succeeds(without, "apply", play) && (isOver(world) || !succeeds(borrowed, "apply", play))
    }))

  it("are dropped for good only by more than half of what all weigh, in stake that was there for a day", () =>
    holds(
      examples(
        [0, 1],
        [
          { do: "look", after: DAY },
          { do: "look", after: DAY },
          { do: "look", after: DAY }
        ]
      ),
      (play) => {
        const { aDayAgo, against, others, world } = play
        if (!succeeds(world, "drop", play)) return false
        const now = looked(world)
        const had = (nth: number) => (isOver(world) ? (aDayAgo[nth] ?? 0n) : least(aDayAgo[nth] ?? 0n, stakeBy(world, nth)))
        assert.isTrue(sum(against, had) > sum(others, (nth) => noted(now, nth)))
        return true
      }
    ))
})

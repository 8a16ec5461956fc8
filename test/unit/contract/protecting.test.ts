/** Who protects is never weighed away: the rules of vetoes over random histories of stake, notes and votes, by the model of the contract. */
import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import * as fc from "fast-check"
import { type Action, send, type World } from "../../../lab/contract-model/ContractModel.ts"
import { vetoesOf } from "../../../lab/contract-model/changes.ts"
import { newState } from "../../../lab/contract-model/State.ts"
import { emptySubnet, stakeOf, withStake } from "../../../lab/contract-model/Subnet.ts"
import type { MessageArguments } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { least } from "../../../src/domain/Amount.ts"
import { defaults } from "../../support/contract/settings.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(3)]
const validators = [10, 11, 12, 13].map((number) => ({ hotkey: account(number), coldkey: account(number + 100) }))
const treasury = treasuryOf({ spawner: owner, block: 3, extrinsic: 1, proxyType: 0, index: 0, salt: `0x${"07".repeat(32)}` })
const DAY = 5

/** A chain with a contract in service whose change 6 waits: other settings, or the removal of the first validator. */
const beginning = (removes: boolean): World => {
  const config = { ...defaults, ...treasury, day: DAY, ownerDelay: 0, challengePeriod: DAY, recycleAfter: 7 * DAY, rosterSignerSince: 1 }
  let world: World = { state: newState(contract, owner, config), subnet: emptySubnet(100) }
  const must = <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => {
    const { answer, world: next } = send(world, caller, name, args)
    assert.isTrue(Either.isRight(answer), name)
    world = next
  }
  for (const { coldkey, hotkey } of validators) must(owner, "addValidator", { hotkey, coldkeys: [coldkey] })
  must(owner, "setConfig", { settings: [{ _tag: "OwnerDelay", value: DAY }] })
  if (removes) must(owner, "removeValidator", { hotkey: validators[0]?.hotkey ?? owner })
  else must(owner, "setConfig", { settings: [{ _tag: "QuorumBps", value: 6_000 }] })
  return world
}
const CHANGE = 6

const one = fc.nat(validators.length - 1)
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("has" as const), who: one, stake: fc.bigInt(0n, 100n) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("veto" as const), who: one, back: fc.boolean() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("look" as const), after: fc.nat(DAY) }) }
)
const history = fc.record({
  removes: fc.boolean(),
  steps: fc.array(step, { minLength: 10, maxLength: 40 }),
  loan: fc.bigInt(1n, 1_000_000n)
})
type History = typeof history extends fc.Arbitrary<infer Value> ? Value : never

const validator = (nth: number) => validators[nth] ?? assert.fail("a validator")

const having = (world: World, nth: number, stake: bigint): World => {
  const { coldkey, hotkey } = validator(nth)
  return { ...world, subnet: withStake(world.subnet, hotkey, coldkey, stake) }
}
const stakeBy = ({ subnet }: World, nth: number) => stakeOf(subnet, validator(nth).hotkey, validator(nth).coldkey)

const after = (world: World, step: History["steps"][number]): World => {
  switch (step.do) {
    case "has":
      return having(world, step.who, step.stake)
    case "veto":
      return send(world, validator(step.who).hotkey, step.back ? "withdrawVeto" : "veto", { change: CHANGE }).world
    case "look": {
      const later = { ...world, subnet: { ...world.subnet, block: world.subnet.block + step.after } }
      return send(later, stranger, "noteWeights", {}).world
    }
  }
}

/** Ends with a look: a loan can hide what somebody sold only from looks that see the loan. */
const played = ({ removes, steps }: History): World => [...steps, { do: "look", after: 0 } as const].reduce(after, beginning(removes))

/** Those who have a say in the change, by their vote against it. */
const sides = ({ state }: World, removes: boolean) => {
  const against = new Set(vetoesOf(state, CHANGE))
  const nths = validators.map((_, nth) => nth).filter((nth) => !(removes && nth === 0))
  return {
    against: nths.filter((nth) => against.has(validator(nth).hotkey)),
    others: nths.filter((nth) => !against.has(validator(nth).hotkey))
  }
}

const due = (world: World): World => ({ ...world, subnet: { ...world.subnet, block: Math.max(world.subnet.block, 100 + DAY) } })
const succeeds = (world: World, name: "apply" | "drop") => Either.isRight(send(world, stranger, name, { change: CHANGE }).answer)
const sum = (world: World, nths: ReadonlyArray<number>) => nths.reduce((all, nth) => all + stakeBy(world, nth), 0n)
const lent = (world: World, nths: ReadonlyArray<number>, loan: bigint) =>
  nths.reduce((all, nth) => having(all, nth, stakeBy(all, nth) + loan), world)

const holds = (property: (given: { readonly world: World; readonly history: History }) => void) =>
  fc.assert(
    fc.property(history, (history) => property({ world: due(played(history)), history })),
    { numRuns: 500 }
  )

describe("vetoes, whatever stake did before", () => {
  it("of more than half of the present stake stop a change, whatever the others borrow", () =>
    holds(({ history, world }) => {
      const { against, others } = sides(world, history.removes)
      if (sum(world, against) <= sum(world, others)) return
      assert.isFalse(succeeds(world, "apply"))
      assert.isFalse(succeeds(lent(world, others, history.loan), "apply"))
    }))

  it("refuse with a loan only while it is there, and drop nothing by it", () =>
    holds(({ history, world }) => {
      const { against } = sides(world, history.removes)
      const loan = lent(world, against, history.loan)
      if (!succeeds(world, "drop")) assert.isFalse(succeeds(loan, "drop"))
      // What was refused or dropped in the loan's block leaves the change as it was.
      const left = send(send(loan, stranger, "apply", { change: CHANGE }).world, stranger, "drop", { change: CHANGE }).world
      if (!succeeds(world, "drop") && succeeds(world, "apply") && left.state.waiting.length === world.state.waiting.length)
        assert.isTrue(succeeds({ state: left.state, subnet: world.subnet }, "apply"))
    }))

  it("are dropped for good only by more than half of what all weigh, in what all had at every look for a day", () =>
    holds(({ history, world }) => {
      if (!succeeds(world, "drop")) return
      const { against, others } = sides(world, history.removes)
      const weighs = (nth: number) => {
        const { day, since } = world.state.validators[nth]?.noted ?? assert.fail("a note")
        return least(least(day, since), stakeBy(world, nth))
      }
      const turns = world.subnet.block - world.state.turnedAt >= DAY
      if (turns) return
      const [protecting, rest] = [against, others].map((nths) => nths.reduce((all, nth) => all + weighs(nth), 0n))
      assert.isTrue((protecting ?? 0n) > (rest ?? 0n))
    }))
})

/** Loans, moving stake and money in random histories on the contract's model. `test/search/contract` plays many more, and some on the real contract. */
import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { send } from "../../../lab/contract-model/ContractModel.ts"
import { stakeOf } from "../../../lab/contract-model/Subnet.ts"
import { modelChain } from "../../support/histories/model.ts"
import { playHistories } from "../../support/histories/properties.ts"

/** So many in one test, which keeps the test runner's process for so long. */
const HISTORIES = 25

/** A vote weighs what is there in its block. */
const asOfNow: typeof send = (world, caller, name, args) => {
  const validators = world.state.validators.map((validator) => {
    const { coldkeys, hotkey } = validator
    const stake = coldkeys.reduce((sum, coldkey) => sum + stakeOf(world.subnet, hotkey, coldkey), 0n)
    return { ...validator, noted: { before: stake, day: stake, since: stake } }
  })
  return send({ ...world, state: { ...world.state, validators } }, caller, name, args)
}

describe("a history of loans and moves", () => {
  it.each(Array.from({ length: 12 }, (_, part) => 1 + part * HISTORIES))(
    `decides what the same without loans decides, by who held the stake, and loses no money: ${HISTORIES} from seed %i on`,
    async (from) => {
      // Lets the test runner hear of the tests before.
      await setImmediate()
      const { first, liveness, loans, moves, ...played } = playHistories(from, HISTORIES, () => modelChain())
      assert.deepStrictEqual({ first, liveness, loans, moves }, { first: [], liveness: 0, loans: 0, moves: 0 })
      assert.isAbove(played.decisions, 4 * HISTORIES)
      assert.isAbove(played.paid, HISTORIES / 2)
    }
  )

  it("breaks each property where a vote weighs what is there in its block", () => {
    const { liveness, loans, moves } = playHistories(1, HISTORIES, () => modelChain(asOfNow))
    for (const broken of [liveness, loans, moves]) assert.isAbove(broken, 0)
  })
})

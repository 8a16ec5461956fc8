/** Loans, moving stake and money in random histories on the contract's model. `test/search/contract` plays many more, and some on the real contract. */
import { setImmediate } from "node:timers/promises"
import { assert, describe, it } from "@effect/vitest"
import { send } from "../../../lab/contract-model/ContractModel.ts"
import { stakeOf } from "../../../lab/contract-model/Subnet.ts"
import { ALPHA, DAY, pairOf, STAKES, START, setValidatorStake } from "../../support/histories/chain.ts"
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

  it.each([
    [DAY, false],
    [DAY + 1, true]
  ])("lets a lender around every block decide only between honest looks more than a day apart: every %i blocks", (every, counts) => {
    const chain = modelChain()
    const { stranger, validators } = chain.cast
    const borrower = validators[3]?.hotkey ?? assert.fail("a validator")
    const choice = { _tag: "Solved", hotkey: pairOf(chain.cast, 1).a.hotkey, pullRequest: 9 } as const
    let settled = false
    for (let block = START - 1; block < START + 8 * DAY && !settled; block++) {
      chain.setBlock(block)
      chain.send(borrower, "voteOutcome", { issue: 1, choice })
      setValidatorStake(chain, 3, 1_000_000n * ALPHA)
      chain.send(stranger, "noteWeights", {})
      settled = chain.send(stranger, "settle", { issue: 1 }).accepted
      setValidatorStake(chain, 3, STAKES[3] ?? 0n)
      if ((block - START) % every === 0) chain.send(stranger, "noteWeights", {})
    }
    assert.strictEqual(settled, counts)
  })
})

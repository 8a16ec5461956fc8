/** A snapshot's reading of a validator's stake where its hotkey's pool is inexact, and where stake moves between snapshots. */
import { assert, describe, it } from "@effect/vitest"
import { Either, HashMap } from "effect"
import * as fc from "fast-check"
import { newState, type State } from "../../../lab/contract-model/State.ts"
import {
  emptySubnet,
  moveStake,
  poolOf,
  type Subnet,
  stakeOf,
  transferStake,
  withDividend,
  withStake
} from "../../../lab/contract-model/Subnet.ts"
import { isShare, sumOf, takeSnapshot } from "../../../lab/contract-model/weights.ts"
import { type AccountAddress, fromPublicKey } from "../../../src/domain/Account.ts"
import { testConfig } from "../../support/histories/model.ts"

const account = (number: number) => fromPublicKey(new Uint8Array(32).fill(number))
const [contract, owner, stranger] = [account(1), account(2), account(3)]
const ALPHA = 1_000_000_000n
/** The last validator has two coldkeys with stake behind its hotkey. */
const validators = [
  { hotkey: account(10), coldkeys: [account(20)] },
  { hotkey: account(11), coldkeys: [account(21)] },
  { hotkey: account(12), coldkeys: [account(22), account(23)] }
]
const holders = validators.flatMap(({ hotkey, coldkeys }) => coldkeys.map((coldkey) => ({ hotkey, coldkey })))
/** A contract that has noted these stakes for two days. */
const stateWith = (seen: ReadonlyArray<bigint>): State => ({
  ...newState(contract, owner, testConfig),
  turnedAt: 100,
  validators: validators.slice(0, seen.length).map((validator, index) => {
    const stake = seen[index] ?? 0n
    return { ...validator, noted: { before: stake, day: stake, since: stake } }
  })
})

const chainWith = (stake: bigint): Subnet =>
  holders.reduce<Subnet>((subnet, { hotkey, coldkey }) => withStake(subnet, hotkey, coldkey, stake), {
    ...emptySubnet(100),
    hotkeys: new Set(validators.map(({ hotkey }) => hotkey))
  })

const lookAt = (state: State, subnet: Subnet) => Either.getOrThrow(takeSnapshot(state, subnet))

const amount = fc.bigInt(2_000_000n, 900n * ALPHA)
const [of, to] = [fc.nat(holders.length - 1), fc.nat(holders.length - 1)]
const step = fc.oneof(
  fc.record({ do: fc.constant("dividend" as const), of, amount: fc.oneof(fc.bigInt(1n, 9n), amount) }),
  fc.record({ do: fc.constant("stranger" as const), of, amount }),
  fc.record({ do: fc.constant("lend" as const), of, to, amount })
)

describe("the weight of a vote", () => {
  it("is what the chain reads as stake: less than a rao under its worth for each coldkey, and counted once wherever it is", () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) => {
        let subnet = chainWith(1_000n * ALPHA)
        // The rest of a nearly emptied pool is inexact, and a dividend multiplies the error, as on chain.
        const left = new Set<AccountAddress>()
        for (const step of steps) {
          const from = holders[step.of] ?? assert.fail("a holder")
          if (step.do === "dividend") subnet = withDividend(subnet, from.hotkey, step.amount)
          else if (step.do === "stranger") subnet = withStake(subnet, from.hotkey, stranger, step.amount)
          else {
            // To another validator's coldkey, and then behind its hotkey. Refusals of the chain are ignored.
            const borrower = holders[step.to] ?? assert.fail("a holder")
            const sent = transferStake(subnet, "transferStake", from.hotkey, from.coldkey, borrower.coldkey, step.amount)
            const lent = Either.flatMap(sent, (after) =>
              moveStake(after, "moveStake", borrower.coldkey, from.hotkey, borrower.hotkey, step.amount)
            )
            subnet = Either.getOrElse(lent, () => subnet)
          }
          const read = (hotkey: AccountAddress) =>
            [...HashMap.keys(poolOf(subnet, hotkey).holders)].map((coldkey) => ({ coldkey, stake: stakeOf(subnet, hotkey, coldkey) }))
          let own = 0n
          for (const { coldkeys, hotkey } of validators) {
            const all = read(hotkey)
            const worth = all.reduce((sum, { stake }) => sum + stake, 0n)
            const { total } = poolOf(subnet, hotkey)
            if (total < ALPHA) left.add(hotkey)
            const lost = left.has(hotkey) ? 0n : total - worth
            assert.isTrue(lost >= 0n && lost <= BigInt(all.length), `${lost} rao behind ${hotkey} are read by nobody`)
            for (const { coldkey, stake } of all) if (coldkeys.includes(coldkey)) own += stake
          }
          // The noted stakes are above all present ones, so a vote has the weight of the present stake.
          const weights = lookAt(stateWith(validators.map(() => 2n ** 64n)), subnet)
          assert.strictEqual(
            sumOf(
              weights,
              validators.map(({ hotkey }) => hotkey)
            ),
            own
          )
        }
      })
    )
  })

  it("is half of two equal ones, which decides nothing, whatever rao the chain's rounding takes from either", () => {
    fc.assert(
      fc.property(amount, fc.array(amount, { maxLength: 8 }), (dividend, visits) => {
        const [first, second] = [holders[0] ?? assert.fail("a holder"), holders[1] ?? assert.fail("a holder")]
        let subnet: Subnet = { ...chainWith(0n), hotkeys: new Set() }
        for (const { hotkey, coldkey } of [first, second])
          subnet = withDividend(withStake(subnet, hotkey, coldkey, 1_000n * ALPHA), hotkey, dividend)
        for (const visit of visits) {
          subnet = withStake(subnet, first.hotkey, stranger, visit)
          subnet = withStake(subnet, first.hotkey, stranger, 0n)
        }
        const seen = [first, second].map(({ coldkey, hotkey }) => stakeOf(subnet, hotkey, coldkey))
        const weights = lookAt(stateWith(seen), subnet)
        for (const { hotkey } of [first, second]) assert.isFalse(isShare(sumOf(weights, [hotkey]), weights, 5_001), seen.join())
      })
    )
  })
})

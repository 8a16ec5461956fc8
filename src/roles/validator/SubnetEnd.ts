/** Whether the contract's subnet has ended. After that, there is nothing to attest, pair or pay; solutions are still voted and settled. */
import { Context, Effect, Layer, Ref } from "effect"
import { Contract, type ReadError } from "../../layers/chain/contract/Contract.ts"
import type { BlockReference } from "../../layers/chain/node/Chain.ts"
import { Concerns } from "./Concerns.ts"

/** Check interval in blocks. Between two checks, the contract itself refuses late calls. */
const LOOK_EVERY = 10

const ENDED_TEXT =
  "the contract's subnet has ended: it was dissolved, or another subnet has its number now. This validator still votes for solutions, which can be settled until two challenge periods after the end was written: stop it only then. Claim in TAO what the contract owes you (gittensor mine claim)"

export class SubnetEnd extends Context.Tag("gittensor/SubnetEnd")<
  SubnetEnd,
  {
    /** Checks every few blocks and reports the end to /health. One answer is not for ever: the chain may have been wrong. */
    readonly isSeen: (head: BlockReference) => Effect.Effect<boolean, ReadError>
  }
>() {}

export const make = Effect.gen(function* () {
  const [contract, concerns] = yield* Effect.all([Contract, Concerns])
  const seen = yield* Ref.make({ ended: false, nextLook: 0 })
  return SubnetEnd.of({
    isSeen: (head) =>
      Effect.gen(function* () {
        const { ended, nextLook } = yield* Ref.get(seen)
        if (head.number < nextLook) return ended
        const now = yield* contract.read("ended", {}, head)
        yield* Ref.set(seen, { ended: now, nextLook: head.number + LOOK_EVERY })
        yield* concerns.report("subnet", now ? ENDED_TEXT : null)
        return now
      })
  })
})

export const layer = Layer.effect(SubnetEnd, make)

/** Wraps a step so that it does nothing once the subnet has ended. */
export const unlessEnded = <E, R>(step: (head: BlockReference) => Effect.Effect<void, E, R>) =>
  Effect.map(
    SubnetEnd,
    ({ isSeen }) =>
      (head: BlockReference) =>
        Effect.asVoid(Effect.unlessEffect(step(head), isSeen(head)))
  )

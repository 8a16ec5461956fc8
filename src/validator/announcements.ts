/** What the owner has announced: said once, so that whoever runs the validator can look at it and veto it in time. */
import { Effect, Ref } from "effect"
import type { BlockReference } from "../layers/chain/Chain.ts"
import { Contract } from "../layers/contract/Contract.ts"

/** A step that logs each waiting change the first time it is seen. Nothing depends on it, so that its trouble is no failure. */
export const make = Effect.gen(function* () {
  const contract = yield* Contract
  const told = yield* Ref.make<ReadonlySet<number>>(new Set())
  return (head: BlockReference) =>
    Effect.gen(function* () {
      const known = yield* Ref.get(told)
      const waiting = yield* contract.read("announced", {}, head)
      yield* Effect.forEach(
        waiting.filter(({ change }) => !known.has(change)),
        ({ change, what, appliesFrom }) =>
          Effect.logWarning(
            `the owner announced change ${change}, which applies from block ${appliesFrom}: see it with "gittensor owner changes list", vote against it with "gittensor veto ${change}"`
          ).pipe(Effect.annotateLogs({ kind: what._tag })),
        { discard: true }
      )
      yield* Ref.set(told, new Set(waiting.map(({ change }) => change)))
    }).pipe(Effect.catchAll((error) => Effect.logDebug("announced changes not read", error.message)))
})

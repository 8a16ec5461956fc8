/**
 * This folder protects a validator from voting twice. From top to bottom:
 *
 * - *castOnce*: a vote, or an epoch's weights, is claimed before it is sent, and released only if it certainly was not sent.
 * - *HotkeyGuard*: of several processes with one hotkey, one sends. It asks *ActiveProcess* (the others, over the axon) and reads the hotkey's
 *   transactions on the chain, which *hotkeyActivity* classifies.
 * - *Journal*: the claims, and every transaction before it is sent, on the disk. *OwnVotes*, beside them: the votes that the program cast, not a person.
 * - *locks*: one process on a data folder, and on this machine one with a hotkey.
 * - *handover*: the journal in a file, for a validator that moves to another machine.
 *
 * A restart goes on from the journal. Whoever has no journal, or an old one, waits until the chain shows nobody else at work.
 */
import { Effect, Option, Ref } from "effect"
import type { SendGuard } from "../chain/node/Chain.ts"
import { HotkeyGuard } from "./HotkeyGuard.ts"
import { type ClaimedVote, Journal } from "./Journal.ts"

/** Prepares `castOnce`. Call it in one process per data folder: it releases the claims of processes that ended before they signed. */
export const makeCastOnce = Effect.gen(function* () {
  const [journal, hotkeyGuard] = yield* Effect.all([Journal, HotkeyGuard])
  yield* journal.releaseUnsent
  /**
   * Claims a vote, sends it and releases the claim if the vote was not sent. Returns none if the vote is claimed already. The claim stays if the chain
   * did not answer once the transaction was signed, because that may be on its way.
   */
  return <A, E extends { readonly _tag: string }>(
    claimed: ClaimedVote,
    blocks: { readonly at: number; readonly expiresAt: number },
    send: (guard: SendGuard) => Effect.Effect<A, E>
  ) => {
    const { ballot, choice } = claimed
    const { kind, issue, round } = ballot
    return Effect.gen(function* () {
      const claim = yield* journal.claim(ballot, choice, blocks)
      if (claim._tag === "InFlight") {
        yield* Effect.logDebug(`${kind === "weights" ? kind : `${kind} vote`} in flight already`).pipe(
          Effect.annotateLogs({ issue, round, process: claim.process })
        )
        return Option.none<A>()
      }
      const isSigned = yield* Ref.make(false)
      const guard: SendGuard = (transaction) => Effect.zipRight(Ref.set(isSigned, true), hotkeyGuard.guard(claimed)(transaction))
      const release = journal.release(ballot, choice)
      const releaseUnsigned = Effect.unlessEffect(release, Ref.get(isSigned))
      return yield* send(guard).pipe(
        Effect.tapError((error) => (error._tag === "ChainUnavailable" ? releaseUnsigned : release)),
        Effect.onInterrupt(() => Effect.ignore(releaseUnsigned)),
        Effect.asSome
      )
    }).pipe(Effect.withSpan("castOnce", { attributes: { kind, issue, round, choice } }))
  }
})

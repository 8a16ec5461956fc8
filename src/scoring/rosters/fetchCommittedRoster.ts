/**
 * Fetches committed rosters from mirrors, for auditors of epochs. A roster counts only if it is, byte for byte, the one to which the signer was
 * committed. Needs no chain: the caller knows the commitment.
 */
import { Effect, Either, Schema } from "effect"
import { problemOf } from "../../domain/jsonProblem.ts"
import { type RosterCommitment, signedRoster } from "../../domain/SignedRoster.ts"
import { shownMirror } from "../../layers/chain/roster/mirrorAddress.ts"
import { fetchFromMirror } from "../../layers/chain/roster/mirrors.ts"
import { type Expected, recognise } from "../../rules/contributions/servedRoster.ts"

const decode = Schema.decodeEither(signedRoster.Text)

export interface WantedRoster extends Omit<Expected, "committed"> {
  readonly committed: RosterCommitment
}

const REFUSALS = {
  "other-version": "it serves another version",
  "other-bytes": "it serves another roster that the signer signed as this version too"
} as const

const ofMirror = (mirror: string, wanted: WantedRoster) =>
  Effect.gen(function* () {
    const text = yield* Effect.mapError(fetchFromMirror(mirror), ({ message }) => message)
    const found = recognise(text, wanted)
    if (found._tag === "not-by-signer") return yield* Effect.fail(found.why)
    if (found._tag !== "committed") return yield* Effect.fail(REFUSALS[found._tag])
    const signed = decode(text.trimEnd())
    return Either.isRight(signed)
      ? signed.right.body.roster
      : yield* Effect.fail(`this program can't read it (${problemOf(signed.left)}): is there a newer one?`)
  }).pipe(Effect.mapError((why) => `${shownMirror(mirror)}: ${why}`))

/** The committed roster from the first mirror that has it; otherwise the answers of all mirrors, in words. All are asked concurrently. */
export const fetchCommittedRoster = Effect.fn("fetchCommittedRoster")((mirrors: ReadonlyArray<string>, wanted: WantedRoster) =>
  Effect.validateFirst(mirrors, (mirror) => ofMirror(mirror, wanted), { concurrency: "unbounded" }).pipe(
    Effect.mapError((answers) => answers.join("; "))
  )
)

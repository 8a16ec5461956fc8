/**
 * Stores proofs that a validator signed two different reports of one epoch, a file each. They outlast restarts, so that its report stays excluded,
 * and anybody may read them.
 */
import { Context, type Duration, Effect, Layer, Ref, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { Equivocation, equivocationOf, type SignedHash } from "../../../domain/Equivocation.ts"
import { type ReportOf, reportStatement } from "../../../domain/Report.ts"
import { type EpochFiles, openEpochFiles } from "./epochFiles.ts"
import type { StoreUnavailable } from "./failure.ts"

export class Equivocations extends Context.Tag("gittensor/Equivocations")<
  Equivocations,
  /** A proof's hotkey is the one that signed. */
  Omit<EpochFiles<Equivocation>, "find"> & {
    /**
     * Records that a hotkey signed a report with this hash, which the caller has verified. Returns the proof if another hash was recorded before.
     * Only each hotkey's first hash is remembered, in memory, until a later epoch is recorded.
     */
    readonly note: (report: ReportOf, signed: SignedHash) => Effect.Effect<Equivocation | undefined>
  }
>() {}

interface Noted {
  readonly epoch: number
  readonly signed: ReadonlyMap<AccountAddress, SignedHash>
}

const make = Effect.fn("Equivocations.make")(function* (folder: string, kept: Duration.Duration) {
  const files = yield* openEpochFiles<Equivocation>({
    folder,
    kept,
    packed: false,
    what: "proof",
    encode: (proof) => `${canonicalJson({ ...proof, signed: proof.signed.map((one) => ({ ...one })) })}\n`,
    decode: Schema.decodeUnknownEither(Schema.parseJson(Equivocation)),
    hotkeyOf: ({ signer }) => signer,
    isOf: ({ lines }, epoch) => lines.includes(`epoch ${epoch}`),
    store: "the proofs in"
  })
  const noted = yield* Ref.make<Noted>({ epoch: -1, signed: new Map() })

  const note = Effect.fn("Equivocations.note")(function* (report: ReportOf, signed: SignedHash) {
    const { epoch, validator } = report
    const known = yield* Ref.get(noted)
    if (epoch < known.epoch) return undefined
    const ofEpoch = known.epoch === epoch ? known.signed : new Map<AccountAddress, SignedHash>()
    const first = ofEpoch.get(validator)
    if (first !== undefined) return equivocationOf(reportStatement(report), first, signed)
    yield* Ref.set(noted, { epoch, signed: new Map(ofEpoch).set(validator, signed) })
    return undefined
  })
  const oneAtATime = yield* Effect.makeSemaphore(1)
  return Equivocations.of({ ...files, note: (report, signed) => oneAtATime.withPermits(1)(note(report, signed)) })
})

/** Stores files in a folder, which it creates. No other process may write there. `kept`: the retention of proofs. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Equivocations, StoreUnavailable> =>
  Layer.effect(Equivocations, make(folder, kept))

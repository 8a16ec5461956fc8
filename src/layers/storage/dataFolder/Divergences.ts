/** Stores how this validator's own scores differed from the consensus of the last epochs: one signed file, replaced once an epoch. */
import { join } from "node:path"
import { Context, Effect, Layer, Ref, Schema } from "effect"
import { type DivergenceWindow, type SignedDivergence, signedDivergence } from "../../../domain/Divergence.ts"
import { attemptsIn, makeFolder, readValue, removeUnfinished, writeDurably } from "./durableFile.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

interface StoredDivergence {
  readonly window: DivergenceWindow
  /** The signed document's text on the disk. */
  readonly text: string
}

export class Divergences extends Context.Tag("gittensor/Divergences")<
  Divergences,
  {
    /** The last stored window; undefined if there is none. */
    readonly current: Effect.Effect<StoredDivergence | undefined>
    /** Replaces the window, on the disk before in memory. */
    readonly keep: (signed: SignedDivergence) => Result<void>
  }
>() {}

const FILE = "window.json"

const decode = Schema.decodeUnknownEither(signedDivergence.Text)
const encode = Schema.encodeSync(signedDivergence.Text)

const make = Effect.fn("Divergences.make")(function* (folder: string) {
  const attempt = attemptsIn("the divergence in", folder)
  const path = join(folder, FILE)
  yield* attempt("open", () => makeFolder(folder))
  yield* attempt("open", () => removeUnfinished(folder))

  const stored = (signed: SignedDivergence): StoredDivergence => ({ window: signed.body, text: encode(signed) })
  const found = yield* readValue(attempt, path, decode, "divergence, and is written again at the next epoch")
  const kept = yield* Ref.make(found === undefined ? undefined : stored(found))

  const keep = Effect.fn("Divergences.keep")(function* (signed: SignedDivergence) {
    const next = stored(signed)
    yield* attempt("write", () => writeDurably(path, next.text))
    yield* Ref.set(kept, next)
  })
  return Divergences.of({ current: Ref.get(kept), keep })
})

/** Stores files in a folder, which it creates. No other process may write there. */
export const layer = (folder: string): Layer.Layer<Divergences, StoreUnavailable> => Layer.effect(Divergences, make(folder))

/** Stores how this validator's own scores differed from the consensus of the last epochs: one signed file, replaced once an epoch. */
import { join } from "node:path"
import { Context, Effect, Either, Layer, Ref, Schema } from "effect"
import { type DivergenceWindow, type SignedDivergence, signedDivergence } from "../../../domain/Divergence.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { attemptsIn, makeFolder, readIfPresent, removeUnfinished, writeDurably } from "./durableFile.ts"
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

  const load = Effect.gen(function* () {
    const bytes = yield* attempt("read", () => readIfPresent(path))
    if (bytes === undefined) return undefined
    const text = Buffer.from(bytes).toString("utf8")
    const found = decode(text)
    if (Either.isRight(found)) return { window: found.right.body, text }
    yield* Effect.logWarning(
      `${path} is not used, and is written again at the next epoch: it holds no divergence (${problemOf(found.left)})`
    )
    return undefined
  })
  const kept = yield* Ref.make<StoredDivergence | undefined>(yield* load)

  const keep = Effect.fn("Divergences.keep")(function* (signed: SignedDivergence) {
    const text = encode(signed)
    yield* attempt("write", () => writeDurably(path, text))
    yield* Ref.set(kept, { window: signed.body, text })
  })
  return Divergences.of({ current: Ref.get(kept), keep })
})

/** Stores files in a folder, which it creates. No other process may write there. */
export const layer = (folder: string): Layer.Layer<Divergences, StoreUnavailable> => Layer.effect(Divergences, make(folder))

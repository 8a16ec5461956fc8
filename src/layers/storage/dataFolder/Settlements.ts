/** Stores a validator's settlements, one file an epoch: written before they set weights, and never changed. */
import { readdir, rm } from "node:fs/promises"
import { join } from "node:path"
import { Context, type Duration, Effect, Layer, Option, Schema } from "effect"
import { canonicalJson } from "../../../domain/canonicalJson.ts"
import { Settlement, settlementHash } from "../../../domain/Settlement.ts"
import { attemptsIn, makeFolder, readValue, removeUnfinished, writeDurably } from "./durableFile.ts"
import { firstKept } from "./epochFiles.ts"
import type { Result, StoreUnavailable } from "./failure.ts"

export class Settlements extends Context.Tag("gittensor/Settlements")<
  Settlements,
  {
    /** An epoch's settlement; undefined if there is none. An invalid file is reported and counts as none. */
    readonly read: (epoch: number) => Result<Settlement | undefined>
    /** Writes a settlement, unless the epoch has one already. Returns the one on the disk. */
    readonly keep: (settlement: Settlement) => Result<Settlement>
    /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
    readonly retire: (epoch: number, tempo: number) => Result<void>
  }
>() {}

const decode = Schema.decodeEither(Schema.parseJson(Settlement))
const encode = Schema.encodeSync(Settlement)

const FILE = /^(0|[1-9]\d{0,14})\.json$/

const make = Effect.fn("Settlements.make")(function* (folder: string, kept: Duration.Duration) {
  const attempt = attemptsIn("the settlements in", folder)
  const pathOf = (epoch: number) => join(folder, `${epoch}.json`)
  yield* attempt("open", () => makeFolder(folder))
  yield* attempt("open", () => removeUnfinished(folder))

  const read = (epoch: number) => {
    const whyForeign = (found: Settlement) => (found.epoch === epoch ? undefined : "it is of another epoch")
    return readValue(attempt, pathOf(epoch), decode, `settlement of epoch ${epoch}`, whyForeign)
  }

  const keep = Effect.fn("Settlements.keep")(function* (settlement: Settlement) {
    const before = yield* read(settlement.epoch)
    if (before !== undefined) return before
    yield* attempt("write", () => writeDurably(pathOf(settlement.epoch), `${canonicalJson(encode(settlement))}\n`))
    return settlement
  })

  const retire = Effect.fn("Settlements.retire")(function* (epoch: number, tempo: number) {
    const before = firstKept(epoch, kept, tempo)
    const old = (yield* attempt("list", () => readdir(folder))).filter((name) => {
      const [, written] = FILE.exec(name) ?? []
      return written !== undefined && Number(written) < before
    })
    yield* attempt("delete", () => Promise.all(old.map((name) => rm(join(folder, name), { force: true }))))
  })

  return Settlements.of({ read, keep, retire })
})

/** Stores files in a folder, which it creates. No other process may write there. `kept`: the retention of settlements. */
export const layer = (folder: string, kept: Duration.Duration): Layer.Layer<Settlements, StoreUnavailable> =>
  Layer.effect(Settlements, make(folder, kept))

/** How far back the newest settlement is looked for: as many epochs as weights are held without one. */
const RECENT_EPOCHS = 14

/** The settlements with a quorum of an epoch and of those before it, newest first, one at a time. */
const recent = Effect.fn("recentSettlement")(function* (epoch: number, is: (settlement: Settlement) => boolean) {
  const { read } = yield* Settlements
  for (let one = epoch; one > epoch - RECENT_EPOCHS && one >= 0; one--) {
    const found = yield* read(one)
    if (found?.quorum === true && is(found)) return found
  }
  return undefined
})

/** The settlement with this hash among those of an epoch and of those before it; undefined if it is not here. */
export const settlementNamed = (hash: string, epoch: number) => recent(epoch, (one) => settlementHash(one) === hash)

/** The hash of the newest settlement at or before an epoch; null if there is none, or the validator takes no part in consensus. */
export const newestSettlement = (epoch: number) =>
  Effect.flatMap(
    Effect.serviceOption(Settlements),
    Option.match({
      onNone: () => Effect.succeed(null),
      onSome: (settlements) =>
        recent(epoch, () => true).pipe(
          Effect.map((found) => (found === undefined ? null : settlementHash(found))),
          Effect.provideService(Settlements, settlements)
        )
    })
  )

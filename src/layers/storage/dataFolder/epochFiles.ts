/**
 * Stores files about validators, in a folder an epoch, one file a hotkey. Each file is complete or absent. A hotkey's first file stays. A file whose
 * content does not match its name is not used.
 */
import { rm } from "node:fs/promises"
import { join } from "node:path"
import { gzipSync } from "node:zlib"
import { Duration, Effect, type Either, type ParseResult, Ref } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { BLOCK_SECONDS } from "../../../domain/Blocks.ts"
import { attemptsIn, listIfPresent, makeFolder, readValue, removeUnfinished, writeDurably } from "./durableFile.ts"
import type { Result } from "./failure.ts"

/** The first epoch within a retention time, as of an epoch. `tempo`: blocks of an epoch. */
export const firstKept = (epoch: number, time: Duration.Duration, tempo: number): number =>
  epoch - Math.ceil(Duration.toSeconds(time) / (tempo * BLOCK_SECONDS))

interface EpochFilesOptions<A> {
  readonly folder: string
  readonly kept: Duration.Duration
  /** Whether files are compressed. */
  readonly packed: boolean
  /** A file's content, with its article, for messages. */
  readonly what: string
  readonly encode: (value: A) => string
  readonly decode: (text: string) => Either.Either<A, ParseResult.ParseError>
  readonly hotkeyOf: (value: A) => AccountAddress
  readonly isOf: (value: A, epoch: number) => boolean
  /** The store, as the subject of a sentence. */
  readonly store: string
}

export interface EpochFiles<A> {
  /** The values of an epoch, by hotkey. Damaged files are reported and left out. */
  readonly of: (epoch: number) => Result<ReadonlyMap<AccountAddress, A>>
  /** One value; undefined if there is none or its file is damaged. */
  readonly find: (epoch: number, hotkey: AccountAddress) => Result<A | undefined>
  /** Writes a value, unless its hotkey has one in this epoch. Returns whether it was written. */
  readonly keep: (epoch: number, value: A) => Result<boolean>
  /** Deletes files past their retention, as of an epoch. `tempo`: blocks of an epoch. */
  readonly retire: (epoch: number, tempo: number) => Result<void>
}

const EPOCH = /^(0|[1-9]\d{0,14})$/

/** Opens a folder, and creates it if needed. No other process may write there. */
export const openEpochFiles = Effect.fn("openEpochFiles")(function* <A>(options: EpochFilesOptions<A>) {
  const { folder, kept, packed, what, encode, decode, hotkeyOf, isOf, store } = options
  const ending = packed ? ".json.gz" : ".json"
  const attempt = attemptsIn(store, folder)
  const folderOf = (epoch: number) => join(folder, String(epoch))
  const names = (path: string) => attempt("list", () => listIfPresent(path))
  yield* attempt("open", () => makeFolder(folder))

  /** A file's value; undefined if there is none, and after a warning if the file is damaged. */
  const valueIn = (epoch: number, name: string) => {
    const isHere = (value: A) => isOf(value, epoch) && `${hotkeyOf(value)}${ending}` === name
    const whyForeign = (value: A) => (isHere(value) ? undefined : "it is of another epoch or hotkey")
    return readValue(attempt, join(folderOf(epoch), name), decode, what, whyForeign)
  }

  const load = Effect.fn("EpochFiles.load")(function* (epoch: number) {
    const found = yield* Effect.forEach((yield* names(folderOf(epoch))).filter((one) => one.endsWith(ending)).sort(), (name) =>
      valueIn(epoch, name)
    )
    return new Map(found.flatMap((value) => (value === undefined ? [] : [[hotkeyOf(value), value] as const])))
  })

  /** The last epoch read. To verify a file takes milliseconds, and a validator reads at every block. */
  const newest = yield* Ref.make<{ readonly epoch: number; readonly values: ReadonlyMap<AccountAddress, A> } | undefined>(undefined)
  const oneAtATime = yield* Effect.makeSemaphore(1)

  const of = Effect.fn("EpochFiles.of")(function* (epoch: number) {
    const known = yield* Ref.get(newest)
    if (known?.epoch === epoch) return known.values
    const values: ReadonlyMap<AccountAddress, A> = yield* load(epoch)
    if (known === undefined || known.epoch < epoch) yield* Ref.set(newest, { epoch, values })
    return values
  })

  const find = Effect.fn("EpochFiles.find")(function* (epoch: number, hotkey: AccountAddress) {
    const known = yield* Ref.get(newest)
    return known?.epoch === epoch ? known.values.get(hotkey) : yield* valueIn(epoch, `${hotkey}${ending}`)
  })

  const keep = Effect.fn("EpochFiles.keep")(function* (epoch: number, value: A) {
    const hotkey = hotkeyOf(value)
    if ((yield* of(epoch)).has(hotkey)) return false
    yield* attempt("write", async () => {
      await makeFolder(folderOf(epoch))
      await removeUnfinished(folderOf(epoch))
      await writeDurably(join(folderOf(epoch), `${hotkey}${ending}`), packed ? gzipSync(encode(value)) : encode(value))
    })
    yield* Ref.update(newest, (known) => (known?.epoch === epoch ? { epoch, values: new Map(known.values).set(hotkey, value) } : known))
    return true
  })

  const retire = Effect.fn("EpochFiles.retire")(function* (epoch: number, tempo: number) {
    const before = firstKept(epoch, kept, tempo)
    const old = (yield* names(folder)).filter((name) => EPOCH.test(name) && Number(name) < before)
    yield* attempt("delete", () => Promise.all(old.map((name) => rm(join(folder, name), { recursive: true, force: true }))))
  })

  const files: EpochFiles<A> = {
    of: (epoch) => oneAtATime.withPermits(1)(of(epoch)),
    find,
    keep: (epoch, value) => oneAtATime.withPermits(1)(keep(epoch, value)),
    retire
  }
  return files
})

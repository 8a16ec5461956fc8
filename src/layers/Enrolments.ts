/**
 * The enrolments a validator holds: for each hotkey and issue the one that replaces all others. In memory for speed, in SQLite so that what
 * was acknowledged outlives the process; one process at a time holds the file.
 */
import { Database } from "bun:sqlite"
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import { Context, Effect, Either, Layer, Metric, Schema } from "effect"
import type { AccountAddress } from "../domain/Account.ts"
import * as Enrolment from "../domain/Enrolment.ts"
import { SubnetView } from "./SubnetView.ts"

export class EnrolmentStoreFailed extends Schema.TaggedError<EnrolmentStoreFailed>()("EnrolmentStoreFailed", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message() {
    return `the enrolments in ${this.file} cannot be kept: ${this.reason}`
  }
}

/** Who stood where for one issue at one block, sorted by address. */
export interface Stand {
  readonly enrolled: ReadonlyArray<AccountAddress>
  readonly skipped: ReadonlyArray<AccountAddress>
}

export class Enrolments extends Context.Tag("gittensor/Enrolments")<
  Enrolments,
  {
    /** A miner's own message: its sequence must be higher than the one held. On disk before it returns. */
    readonly submit: (signed: Enrolment.SignedEnrolment) => Effect.Effect<Enrolment.Enrolment, Enrolment.Refusal | EnrolmentStoreFailed>
    /** Another validator's message: true when it replaced something, false when it was known or is older. */
    readonly merge: (signed: Enrolment.SignedEnrolment) => Effect.Effect<boolean, Enrolment.Refusal | EnrolmentStoreFailed>
    /** The enrolments that count at a block, by issue. Who is registered is not looked at: the caller maps hotkeys to UIDs at that block. */
    readonly snapshot: (block: number) => Effect.Effect<ReadonlyMap<Enrolment.IssueId, Stand>>
    /** What is held of every hotkey, as a digest, without what has expired. Sorted by hotkey. */
    readonly summary: Effect.Effect<ReadonlyMap<AccountAddress, string>>
    /** What is held of one hotkey and has not expired, by issue. */
    readonly of: (hotkey: AccountAddress) => Effect.Effect<ReadonlyArray<Enrolment.SignedEnrolment>>
    /** Forgets what can neither count nor be needed against a replay any more. */
    readonly prune: Effect.Effect<number, EnrolmentStoreFailed>
    readonly size: Effect.Effect<number>
  }
>() {}

export interface Options {
  /** The SQLite file, or `:memory:`. */
  readonly file: string
  readonly maxPerHotkey?: number
  readonly maxTotal?: number
}

interface Held {
  readonly enrolment: Enrolment.Enrolment
  readonly sequence: number
  readonly text: string
  readonly signature: Enrolment.SignedEnrolment["signature"]
  /** The last block at which an older enrolment that this one replaced could still be valid. */
  readonly keptUntil: number
}

const Row = Schema.Struct({ text: Schema.String, signature: Enrolment.SignedEnrolment.fields.signature, kept_until: Schema.Int })

const accepted = Metric.counter("gittensor_enrolments_accepted_total", { description: "Enrolments stored", incremental: true })
const refused = Metric.counter("gittensor_enrolments_refused_total", { description: "Enrolments refused, by reason", incremental: true })
const held = Metric.gauge("gittensor_enrolments_held", { description: "Enrolments held, expired ones that guard against replays included" })

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

const SCHEMA = `CREATE TABLE IF NOT EXISTS enrolments (
  hotkey TEXT NOT NULL, issue INTEGER NOT NULL, text TEXT NOT NULL, signature TEXT NOT NULL, kept_until INTEGER NOT NULL,
  PRIMARY KEY (hotkey, issue)
) WITHOUT ROWID`

const reasonOf = (cause: unknown): string => {
  const text = cause instanceof Error ? cause.message : String(cause)
  return /locked|busy/i.test(text) ? "another validator has the file open" : text
}

const open = (file: string) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => {
        const database = new Database(file, { create: true, strict: true })
        // Exclusive from the first statement on; each write is on the disk before it is acknowledged.
        database.exec("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL")
        database.exec(SCHEMA)
        return database
      },
      catch: (cause) => new EnrolmentStoreFailed({ file, reason: reasonOf(cause) })
    }),
    (database) => Effect.sync(() => database.close())
  )

export const make = ({ file, maxPerHotkey = 128, maxTotal = 65_536 }: Options) =>
  Effect.gen(function* () {
    const view = yield* SubnetView
    const database = yield* open(file)
    const attempt = <A>(run: () => A) =>
      Effect.try({ try: run, catch: (cause) => new EnrolmentStoreFailed({ file, reason: reasonOf(cause) }) })

    const byHotkey = new Map<AccountAddress, Map<Enrolment.IssueId, Held>>()
    const digests = new Map<AccountAddress, { readonly digest: string; readonly goodUntil: number }>()
    let total = 0

    const put = (item: Held): void => {
      const own = byHotkey.get(item.enrolment.hotkey) ?? new Map<Enrolment.IssueId, Held>()
      if (!own.has(item.enrolment.issue)) total += 1
      byHotkey.set(item.enrolment.hotkey, own.set(item.enrolment.issue, item))
      digests.delete(item.enrolment.hotkey)
    }

    const ours = (enrolment: Enrolment.Enrolment): boolean =>
      enrolment.genesisHash === view.genesisHash && enrolment.netuid === view.netuid && enrolment.contract === view.contract

    const rows = yield* attempt(() => database.query("SELECT text, signature, kept_until FROM enrolments").all())
    for (const row of rows) {
      const decoded = yield* Schema.decodeUnknown(Row)(row).pipe(
        Effect.mapError(() => new EnrolmentStoreFailed({ file, reason: "a row is not an enrolment: the file is damaged" }))
      )
      const enrolment = Either.getOrUndefined(Enrolment.parse(decoded.text))
      if (enrolment !== undefined && ours(enrolment))
        put({ enrolment, sequence: enrolment.sequence, text: decoded.text, signature: decoded.signature, keptUntil: decoded.kept_until })
    }

    const insert = database.query(
      "INSERT OR REPLACE INTO enrolments (hotkey, issue, text, signature, kept_until) VALUES ($hotkey, $issue, $text, $signature, $keptUntil)"
    )

    const find = (enrolment: Enrolment.Enrolment) => byHotkey.get(enrolment.hotkey)?.get(enrolment.issue)

    const keep = (enrolment: Enrolment.Enrolment, signed: Enrolment.SignedEnrolment, currentBlock: number) =>
      Effect.gen(function* () {
        const { hotkey, issue, sequence, validUntil } = enrolment
        const isNew = find(enrolment) === undefined
        if (isNew && ((byHotkey.get(hotkey)?.size ?? 0) >= maxPerHotkey || total >= maxTotal))
          return yield* new Enrolment.Refusal({
            reason: "TooMany",
            detail: `${hotkey} has enrolments for too many issues: wait until some end`
          })
        const keptUntil = Math.max(validUntil, currentBlock + Enrolment.MAX_WINDOW + Enrolment.MAX_LEAD)
        yield* attempt(() => insert.run({ hotkey, issue, text: signed.text, signature: signed.signature, keptUntil }))
        put({ enrolment, sequence, text: signed.text, signature: signed.signature, keptUntil })
        yield* Metric.increment(accepted)
        yield* Metric.set(held, total)
        return enrolment
      })

    const contextNow = Effect.map(view.current, (facts) => ({
      genesisHash: view.genesisHash,
      netuid: view.netuid,
      contract: view.contract,
      currentBlock: facts.currentBlock,
      isRegistered: facts.isRegistered
    }))

    const countRefusal = (error: Enrolment.Refusal | EnrolmentStoreFailed) =>
      error._tag === "EnrolmentRefused" ? Metric.increment(Metric.tagged(refused, "reason", error.reason)) : Effect.void

    const submit = Effect.fn("Enrolments.submit")(function* (signed: Enrolment.SignedEnrolment) {
      const context = yield* contextNow
      const enrolment = yield* Enrolment.verify(signed, context)
      const present = find(enrolment)
      if (present !== undefined && enrolment.sequence <= present.sequence)
        return yield* new Enrolment.Refusal({
          reason: "Replayed",
          detail: `its sequence ${enrolment.sequence} is not higher than ${present.sequence}, which is held: sign one with a higher sequence`
        })
      return yield* keep(enrolment, signed, context.currentBlock)
    }, Effect.tapError(countRefusal))

    const merge = Effect.fn("Enrolments.merge")(function* (signed: Enrolment.SignedEnrolment) {
      // What is known or older needs no signature check: most gossip is.
      const claimed = yield* Enrolment.parse(signed.text)
      const present = find(claimed)
      if (present !== undefined && !Enrolment.replaces({ sequence: claimed.sequence, text: signed.text }, present)) return false
      const context = yield* contextNow
      yield* keep(yield* Enrolment.verify(signed, context), signed, context.currentBlock)
      return true
    }, Effect.tapError(countRefusal))

    const live = (hotkey: AccountAddress, block: number): ReadonlyArray<Held> =>
      Array.from(byHotkey.get(hotkey)?.values() ?? [])
        .filter((item) => item.enrolment.validUntil >= block)
        .sort((a, b) => a.enrolment.issue - b.enrolment.issue)

    const snapshot = (block: number) =>
      Effect.sync(() => {
        const stands = new Map<Enrolment.IssueId, { enrolled: Array<AccountAddress>; skipped: Array<AccountAddress> }>()
        for (const hotkey of Array.from(byHotkey.keys()).sort(byText))
          for (const { enrolment } of byHotkey.get(hotkey)?.values() ?? []) {
            if (!enrolment.isValidAt(block)) continue
            const stand = stands.get(enrolment.issue) ?? { enrolled: [], skipped: [] }
            const side = enrolment.choice === "enrol" ? stand.enrolled : stand.skipped
            side.push(hotkey)
            stands.set(enrolment.issue, stand)
          }
        return new Map(Array.from(stands).sort(([a], [b]) => a - b))
      })

    /** The digest of what a hotkey has, good until the hotkey changes it or the first of it expires. */
    const digestOf = (hotkey: AccountAddress, block: number): string | undefined => {
      const known = digests.get(hotkey)
      if (known !== undefined && block <= known.goodUntil) return known.digest
      const items = live(hotkey, block)
      if (items.length === 0) return undefined
      const digest = bytesToHex(sha256(Buffer.from(items.map(({ text }) => text).join("\n\n")))).slice(0, 32)
      digests.set(hotkey, { digest, goodUntil: Math.min(...items.map(({ enrolment }) => enrolment.validUntil)) })
      return digest
    }

    const summary = Effect.map(view.current, ({ currentBlock }) => {
      const lines = new Map<AccountAddress, string>()
      for (const hotkey of Array.from(byHotkey.keys()).sort(byText)) {
        const digest = digestOf(hotkey, currentBlock)
        if (digest !== undefined) lines.set(hotkey, digest)
      }
      return lines
    })

    const of = (hotkey: AccountAddress) =>
      Effect.map(view.current, ({ currentBlock }) => live(hotkey, currentBlock).map(({ text, signature }) => ({ text, signature })))

    const prune = Effect.gen(function* () {
      const { currentBlock } = yield* view.current
      yield* attempt(() => database.query("DELETE FROM enrolments WHERE kept_until < $block").run({ block: currentBlock }))
      const before = total
      for (const [hotkey, own] of byHotkey) {
        for (const [issue, item] of own) if (item.keptUntil < currentBlock && own.delete(issue)) total -= 1
        digests.delete(hotkey)
        if (own.size === 0) byHotkey.delete(hotkey)
      }
      yield* Metric.set(held, total)
      return before - total
    }).pipe(Effect.withSpan("Enrolments.prune"))

    return Enrolments.of({ submit, merge, snapshot, summary, of, prune, size: Effect.sync(() => total) })
  })

export const layer = (options: Options) => Layer.scoped(Enrolments, make(options))

/**
 * The enrolments a validator holds: the newest one for each hotkey and issue. They are in memory for speed and in SQLite, so that acknowledged ones survive
 * the process. One process at a time holds the file.
 */
import { Context, Effect, Either, Layer, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { exitOfStore } from "../../../domain/causes.ts"
import * as Enrolment from "../../../domain/Enrolment.ts"
import * as EnrolmentBook from "../../../domain/EnrolmentBook.ts"
import { SubnetView } from "../../../layers/chain/subnet/SubnetView.ts"
import { count, set } from "../../../layers/machine/telemetry/metrics.ts"
import { adviceFor, faultOf, isLasting } from "../../../layers/storage/sqlite/sqlite.ts"
import { type Failure, openStoreFile } from "../../../layers/storage/sqlite/storeFile.ts"

export class EnrolmentStoreFailed extends Schema.TaggedError<EnrolmentStoreFailed>()("EnrolmentStoreFailed", {
  file: Schema.String,
  reason: Schema.String,
  isDamaged: Schema.optional(Schema.Boolean)
}) {
  readonly exitCode = exitOfStore(this.isDamaged)
  override get message() {
    return `the enrolments in ${this.file} cannot be kept: ${this.reason}`
  }
}

export type { Stand } from "../../../domain/EnrolmentBook.ts"

export class Enrolments extends Context.Tag("gittensor/Enrolments")<
  Enrolments,
  {
    /** Takes a miner's message, whose sequence must be higher than that of the one held. It is on disk when this returns. */
    readonly submit: (signed: Enrolment.SignedEnrolment) => Effect.Effect<Enrolment.Enrolment, Enrolment.Refusal | EnrolmentStoreFailed>
    /** Takes a message from another validator: true if it was stored, false if it is known or older. */
    readonly merge: (signed: Enrolment.SignedEnrolment) => Effect.Effect<boolean, Enrolment.Refusal | EnrolmentStoreFailed>
    /** The enrolments that count at a block, by issue. Registration is not checked: the caller maps hotkeys to UIDs at that block. */
    readonly snapshot: (block: number) => Effect.Effect<ReadonlyMap<Enrolment.IssueId, EnrolmentBook.Stand>>
    /** A digest for each hotkey, sorted: of the enrolments that count, and of those that guard against older ones. */
    readonly summary: Effect.Effect<ReadonlyMap<AccountAddress, string>>
    /** The enrolments behind the digest of one hotkey, by issue. */
    readonly of: (hotkey: AccountAddress) => Effect.Effect<ReadonlyArray<Enrolment.SignedEnrolment>>
    /** Deletes enrolments that can neither count nor guard against a replay. Returns how many. */
    readonly prune: Effect.Effect<number, EnrolmentStoreFailed>
    readonly size: Effect.Effect<number>
  }
>() {}

export interface EnrolmentStoreOptions extends Partial<EnrolmentBook.Limits> {
  /** The SQLite file, or `:memory:`. */
  readonly file: string
}

const Row = Schema.Struct({ text: Schema.String, signature: Enrolment.SignedEnrolment.fields.signature, kept_until: Schema.Int })

const SCHEMA = `CREATE TABLE IF NOT EXISTS enrolments (
  hotkey TEXT NOT NULL, issue INTEGER NOT NULL, text TEXT NOT NULL, signature TEXT NOT NULL, kept_until INTEGER NOT NULL,
  PRIMARY KEY (hotkey, issue)
) WITHOUT ROWID`

const failed = ({ file, code }: Failure) =>
  new EnrolmentStoreFailed({
    file,
    reason: faultOf(code) === "busy" ? "another validator has the file open" : `${adviceFor(code)} (${code})`,
    isDamaged: isLasting(code)
  })

export const make = ({ file, ...limits }: EnrolmentStoreOptions) =>
  Effect.gen(function* () {
    const view = yield* SubnetView
    const { database, attempt } = yield* openStoreFile({ file, tables: SCHEMA, mode: "exclusive", failed })
    const book = EnrolmentBook.make({ ...EnrolmentBook.defaultLimits, ...limits })

    const ours = (enrolment: Enrolment.Enrolment): boolean =>
      enrolment.genesisHash === view.genesisHash && enrolment.netuid === view.netuid && enrolment.contract === view.contract

    const rows = yield* attempt("read enrolments", () => database.query("SELECT text, signature, kept_until FROM enrolments").all())
    for (const row of rows) {
      const decoded = yield* Schema.decodeUnknown(Row)(row).pipe(
        Effect.mapError(() => new EnrolmentStoreFailed({ file, reason: "a row is not an enrolment: the file is damaged", isDamaged: true }))
      )
      const enrolment = Either.getOrUndefined(Enrolment.parse(decoded.text))
      if (enrolment !== undefined && ours(enrolment))
        book.put({ enrolment, text: decoded.text, signature: decoded.signature, keptUntil: Enrolment.keptUntil(enrolment) })
    }

    const insert = database.query(
      "INSERT OR REPLACE INTO enrolments (hotkey, issue, text, signature, kept_until) VALUES ($hotkey, $issue, $text, $signature, $keptUntil)"
    )

    const keep = (enrolment: Enrolment.Enrolment, signed: Enrolment.SignedEnrolment) =>
      Effect.gen(function* () {
        const holding = book.holding(enrolment, signed)
        if (holding instanceof Enrolment.Refusal) return yield* holding
        const { hotkey, issue } = enrolment
        const { keptUntil, signature, text } = holding
        yield* attempt("keep an enrolment", () => insert.run({ hotkey, issue, text, signature, keptUntil }))
        book.put(holding)
        yield* count("gittensor_enrolments_accepted_total")
        yield* set("gittensor_enrolments_held", book.size())
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
      error._tag === "EnrolmentRefused" ? count("gittensor_enrolments_refused_total", { reason: error.reason }) : Effect.void

    const submit = Effect.fn("Enrolments.submit")(function* (signed: Enrolment.SignedEnrolment) {
      const context = yield* contextNow
      const enrolment = yield* Enrolment.verify(signed, context)
      const replay = book.replayOf(enrolment)
      if (replay !== undefined) return yield* replay
      return yield* keep(enrolment, signed)
    }, Effect.tapError(countRefusal))

    const merge = Effect.fn("Enrolments.merge")(function* (signed: Enrolment.SignedEnrolment) {
      // Most gossip is known or older, and needs no signature check.
      if (!book.isNews(yield* Enrolment.parse(signed.text), signed.text)) return false
      yield* keep(yield* Enrolment.verify(signed, yield* contextNow, "gossiped"), signed)
      return true
    }, Effect.tapError(countRefusal))

    const prune = Effect.gen(function* () {
      const { currentBlock } = yield* view.current
      yield* attempt("prune", () => database.query("DELETE FROM enrolments WHERE kept_until < $block").run({ block: currentBlock }))
      const dropped = book.dropBefore(currentBlock)
      yield* set("gittensor_enrolments_held", book.size())
      return dropped
    }).pipe(Effect.withSpan("Enrolments.prune"))

    return Enrolments.of({
      submit,
      merge,
      snapshot: (block) => Effect.sync(() => book.snapshot(block)),
      summary: Effect.map(view.current, ({ currentBlock }) => book.summary(currentBlock)),
      of: (hotkey) => Effect.map(view.current, ({ currentBlock }) => book.of(hotkey, currentBlock)),
      prune,
      size: Effect.sync(() => book.size())
    })
  })

export const layer = (options: EnrolmentStoreOptions) => Layer.scoped(Enrolments, make(options))

/**
 * What this hotkey is about to vote, written down before it is sent: at most one vote for a ballot and choice is in flight, however many
 * processes run with one hotkey and however they end. The votes themselves are on the chain; losing the file costs at most a repeated vote.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountAddress } from "../domain/Account.ts"
import { adviceFor, codeOf, faultOf, open, whileBusy } from "./sqlite.ts"

/** One vote that may be cast once: this hotkey's, on one ballot of one contract. */
export const Ballot = Schema.Struct({
  /** The chain's genesis hash. */
  chain: Schema.String,
  contract: AccountAddress,
  hotkey: AccountAddress,
  kind: Schema.Literal("attestation", "pair", "outcome"),
  issue: Schema.Int,
  /** null for an outcome: its ballot does not age. */
  round: Schema.NullOr(Schema.Int)
})
export interface Ballot extends Schema.Schema.Type<typeof Ballot> {}

/** `InFlight`: claimed before, by this or another process, and not expired. */
export type Claim =
  | { readonly _tag: "Claimed" }
  | { readonly _tag: "InFlight"; readonly claimedAt: number; readonly expiresAt: number; readonly process: number }

/** The journal cannot be used, so nothing may be sent: two processes could send the same vote. */
export class JournalUnavailable extends Schema.TaggedError<JournalUnavailable>()("JournalUnavailable", {
  operation: Schema.String,
  file: Schema.String,
  /** SQLite's result code, or the system's. */
  code: Schema.String
}) {
  override get message() {
    return `the vote journal ${this.file} failed at "${this.operation}" (${this.code}): ${adviceFor(faultOf(this.code))}`
  }
}

export class Journal extends Context.Tag("gittensor/Journal")<
  Journal,
  {
    /**
     * Claims the sending of a vote from block `at` until block `expiresAt`, when it may be claimed again because it was neither seen on the
     * chain nor released. Of any number of callers in any number of processes one gets `Claimed`.
     */
    readonly claim: (
      ballot: Ballot,
      choice: string,
      blocks: { readonly at: number; readonly expiresAt: number }
    ) => Effect.Effect<Claim, JournalUnavailable>
    /** Gives a claim back: the vote was not sent, was refused, or is on the chain. */
    readonly release: (ballot: Ballot, choice: string) => Effect.Effect<void, JournalUnavailable>
    /** Drops what expired at or before the block; returns how many. */
    readonly dropExpired: (block: number) => Effect.Effect<number, JournalUnavailable>
  }
>() {}

const TABLES = `CREATE TABLE IF NOT EXISTS claims (
  ballot TEXT NOT NULL, choice TEXT NOT NULL, claimed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, process INTEGER NOT NULL,
  PRIMARY KEY (ballot, choice)
) STRICT, WITHOUT ROWID`

/** One statement, so that the look and the claim cannot be torn apart: no row comes back where a live claim stands. */
const CLAIM = `INSERT INTO claims (ballot, choice, claimed_at, expires_at, process) VALUES ($ballot, $choice, $at, $expiresAt, $process)
  ON CONFLICT (ballot, choice) DO UPDATE
  SET claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, process = excluded.process
  WHERE claims.expires_at <= excluded.claimed_at`

const Standing = Schema.NullOr(Schema.Struct({ claimed_at: Schema.Int, expires_at: Schema.Int, process: Schema.Int }))

const keyOf = (ballot: Ballot): string =>
  [ballot.chain, ballot.contract, ballot.hotkey, ballot.kind, ballot.issue, ballot.round ?? "-"].join(" ")

/** Opens the journal in a scope. `file`: its path; the folder is made. `maximumPages`: how large it may grow, for tests of a full disk. */
export const make = Effect.fn("Journal.make")(function* (file: string, options: { readonly maximumPages?: number } = {}) {
  const attempt = <A>(operation: string, run: () => A) =>
    Effect.try({ try: run, catch: (cause) => new JournalUnavailable({ operation, file, code: codeOf(cause) }) }).pipe(
      Effect.retry({ schedule: whileBusy, while: ({ code }) => faultOf(code) === "busy" })
    )
  const database = yield* Effect.acquireRelease(
    attempt("open", () => open(file, TABLES, options)),
    (opened) => Effect.sync(() => opened.close())
  )

  const claim = Effect.fn("Journal.claim")(function* (
    ballot: Ballot,
    choice: string,
    blocks: { readonly at: number; readonly expiresAt: number }
  ) {
    const ballotKey = keyOf(ballot)
    yield* Effect.annotateCurrentSpan({ ballot: ballotKey, choice })
    return yield* attempt("claim a vote", (): Claim => {
      const { changes } = database.query(CLAIM).run({ ballot: ballotKey, choice, process: process.pid, ...blocks })
      if (changes > 0) return { _tag: "Claimed" }
      const row = database
        .query("SELECT claimed_at, expires_at, process FROM claims WHERE ballot = $ballot AND choice = $choice")
        .get({ ballot: ballotKey, choice })
      const standing = Schema.decodeUnknownSync(Standing)(row)
      // Released between the two statements: the other process has just dealt with it, so this one lets it be until its next step.
      return standing === null
        ? { _tag: "InFlight", claimedAt: blocks.at, expiresAt: blocks.at, process: process.pid }
        : { _tag: "InFlight", claimedAt: standing.claimed_at, expiresAt: standing.expires_at, process: standing.process }
    })
  })

  const release = Effect.fn("Journal.release")(function* (ballot: Ballot, choice: string) {
    yield* attempt("release a vote", () =>
      database.query("DELETE FROM claims WHERE ballot = $ballot AND choice = $choice").run({ ballot: keyOf(ballot), choice })
    )
  })

  const dropExpired = Effect.fn("Journal.dropExpired")(function* (block: number) {
    return yield* attempt(
      "drop expired votes",
      () => database.query("DELETE FROM claims WHERE expires_at <= $block").run({ block }).changes
    )
  })

  return Journal.of({ claim, release, dropExpired })
})

export const layer = (file: string): Layer.Layer<Journal, JournalUnavailable> => Layer.scoped(Journal, make(file))

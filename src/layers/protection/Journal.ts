/**
 * The journal of a hotkey's transactions. Votes are claimed here before they are sent, so that at most one vote for a ballot and choice is in flight,
 * however many processes share the hotkey and however they end. Transactions are recorded before they are sent, so that those of another process with
 * the same hotkey stand out. The votes themselves are on the chain: a lost file costs at most a repeated vote.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { count } from "../machine/telemetry/metrics.ts"
import { fileFailed, type Result, type StoreUnavailable } from "../storage/dataFolder/failure.ts"
import { openStoreFile, type StoreFile } from "../storage/sqlite/storeFile.ts"

/** A ballot of one contract on one chain, on which a hotkey casts a vote once. */
export const Ballot = Schema.Struct({
  /** The chain's identity, by `chainIdentity`. */
  chain: Schema.String,
  contract: AccountAddress,
  hotkey: AccountAddress,
  /** `withdrawal`: the withdrawal of an outcome vote, with that vote's choice. `weights`: the weights of one epoch. */
  kind: Schema.Literal("attestation", "pair", "outcome", "withdrawal", "weights"),
  /** For weights: the subnet's mechanism. */
  issue: Schema.Int,
  /** null for an outcome, whose ballot does not expire. For weights: the epoch. */
  round: Schema.NullOr(Schema.Int)
})
export interface Ballot extends Schema.Schema.Type<typeof Ballot> {}

/** `InFlight`: this or another process holds a claim that has not expired. */
export type Claim =
  | { readonly _tag: "Claimed" }
  | { readonly _tag: "InFlight"; readonly claimedAt: number; readonly expiresAt: number; readonly process: number }

/** A vote claimed before it is sent. */
export interface ClaimedVote {
  readonly ballot: Ballot
  readonly choice: string
}

/** A signed transaction that is about to be sent. */
export interface Departure {
  /** The chain's identity, by `chainIdentity`. */
  readonly chain: string
  readonly signer: string
  readonly nonce: number
  readonly hash: string
  /** The finalised head when it was sent. */
  readonly at: number
  /** The claimed vote that it carries. */
  readonly vote?: ClaimedVote
}

export class Journal extends Context.Tag("gittensor/Journal")<
  Journal,
  {
    /**
     * Claims a vote from block `at` until block `expiresAt`. After that it may be claimed again, because it was neither seen on the chain nor
     * released. Of any number of concurrent callers, in any processes, exactly one gets `Claimed`.
     */
    readonly claim: (ballot: Ballot, choice: string, blocks: { readonly at: number; readonly expiresAt: number }) => Result<Claim>
    /** Releases a claim: the vote was not sent, or was refused. */
    readonly release: (ballot: Ballot, choice: string) => Result<void>
    /** Releases claims whose process ended before it signed. Returns how many. Call it only when no other process is claiming. */
    readonly releaseUnsent: Result<number>
    /** Drops claims that expired at or before the block, and transactions sent long before it. Returns how many claims. */
    readonly dropExpired: (block: number) => Result<number>
    /** How many claims have not expired at a block. */
    readonly inFlight: (block: number) => Result<number>
    /** Records a transaction before it is sent. A transaction on the chain without a record is another process's. */
    readonly recordSent: (departure: Departure) => Result<void>
    readonly wasSent: (hash: string) => Result<boolean>
    /** The highest recorded nonce of a signer on a chain. null: none is recorded. */
    readonly lastNonce: (chain: string, signer: string) => Result<number | null>
    /** Whether this folder's process was the last known to validate with the signer's key. Its term lasts until another process is seen. */
    readonly inTerm: (chain: string, signer: string) => Result<boolean>
    readonly beginTerm: (chain: string, signer: string) => Result<void>
    readonly endTerm: (chain: string, signer: string) => Result<void>
    /** Succeeds if the file can be written now. */
    readonly check: Result<void>
  }
>() {}

export const TABLES = `CREATE TABLE IF NOT EXISTS claims (
  ballot TEXT NOT NULL, choice TEXT NOT NULL, claimed_at INTEGER NOT NULL, expires_at INTEGER NOT NULL, process INTEGER NOT NULL,
  PRIMARY KEY (ballot, choice)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS sent (
  hash TEXT PRIMARY KEY, chain TEXT NOT NULL, signer TEXT NOT NULL, nonce INTEGER NOT NULL, at INTEGER NOT NULL, ballot TEXT, choice TEXT
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS terms (
  chain TEXT NOT NULL, signer TEXT NOT NULL, PRIMARY KEY (chain, signer)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS checks (id INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT`

/** How long a sent transaction is remembered, in blocks: a week. */
const SENT_BLOCKS = 50_400

/** Checks and claims atomically, in one statement. Changes no row if a claim is in force. */
const CLAIM = `INSERT INTO claims (ballot, choice, claimed_at, expires_at, process) VALUES ($ballot, $choice, $at, $expiresAt, $process)
  ON CONFLICT (ballot, choice) DO UPDATE
  SET claimed_at = excluded.claimed_at, expires_at = excluded.expires_at, process = excluded.process
  WHERE claims.expires_at <= excluded.claimed_at`

const ClaimRow = Schema.NullOr(Schema.Struct({ claimed_at: Schema.Int, expires_at: Schema.Int, process: Schema.Int }))

const decodeNumber = Schema.decodeUnknownSync(Schema.NullOr(Schema.Struct({ number: Schema.NullOr(Schema.Int) })))
export const numberIn = (row: unknown): number | null => decodeNumber(row)?.number ?? null

/** As `number`: the highest recorded nonce of a signer. */
export const LAST_NONCE = "SELECT max(nonce) AS number FROM sent WHERE chain = $chain AND signer = $signer"

/** Whose votes they are: the hotkey's for a contract on a chain. */
export type Voter = Pick<Ballot, "chain" | "contract" | "hotkey">

/** The beginning of the keys of a voter's ballots. */
export const keysOf = ({ chain, contract, hotkey }: Voter): string => `${chain} ${contract} ${hotkey} `

/** What follows it. */
export const BALLOT = /^(?:attestation|pair|outcome|withdrawal|weights) \d+ (?:\d+|-)$/

const keyOf = (ballot: Ballot): string => `${keysOf(ballot)}${ballot.kind} ${ballot.issue} ${ballot.round ?? "-"}`

type Store = StoreFile<StoreUnavailable>

const claimsIn = ({ database, attempt }: Store) => {
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
      const held = Schema.decodeUnknownSync(ClaimRow)(row)
      // Another process released the claim between the two statements: it has just handled the vote, so this one leaves it until its next step.
      return held === null
        ? { _tag: "InFlight", claimedAt: blocks.at, expiresAt: blocks.at, process: process.pid }
        : { _tag: "InFlight", claimedAt: held.claimed_at, expiresAt: held.expires_at, process: held.process }
    }).pipe(
      Effect.tap(({ _tag }) => count("gittensor_journal_claims_total", { result: _tag === "Claimed" ? "claimed" : "in_flight" })),
      Effect.tapError(() => count("gittensor_journal_claims_total", { result: "failed" }))
    )
  })

  const release = Effect.fn("Journal.release")(function* (ballot: Ballot, choice: string) {
    yield* attempt("release a vote", () =>
      database.query("DELETE FROM claims WHERE ballot = $ballot AND choice = $choice").run({ ballot: keyOf(ballot), choice })
    )
  })

  const releaseUnsent = attempt(
    "release what was not sent",
    () =>
      database
        .query(
          "DELETE FROM claims WHERE NOT EXISTS (SELECT 1 FROM sent WHERE sent.ballot = claims.ballot AND sent.choice = claims.choice AND sent.at >= claims.claimed_at)"
        )
        .run().changes
  )

  const dropExpired = Effect.fn("Journal.dropExpired")(function* (block: number) {
    return yield* attempt("drop expired votes", () => {
      database.query("DELETE FROM sent WHERE at <= $block").run({ block: block - SENT_BLOCKS })
      return database.query("DELETE FROM claims WHERE expires_at <= $block").run({ block }).changes
    })
  })

  const inFlight = (block: number) =>
    attempt("count votes in flight", () =>
      numberIn(database.query("SELECT count(*) AS number FROM claims WHERE expires_at > $block").get({ block }))
    ).pipe(Effect.map((found) => found ?? 0))

  return { claim, release, releaseUnsent, dropExpired, inFlight }
}

/** The journal's sent transactions. */
const departuresIn = ({ database, attempt }: Store) => {
  const recordSent = Effect.fn("Journal.recordSent")(function* ({ vote, ...departure }: Departure) {
    yield* attempt("record a transaction", () =>
      database
        .query(
          "INSERT OR REPLACE INTO sent (hash, chain, signer, nonce, at, ballot, choice) VALUES ($hash, $chain, $signer, $nonce, $at, $ballot, $choice)"
        )
        .run({ ...departure, ballot: vote === undefined ? null : keyOf(vote.ballot), choice: vote?.choice ?? null })
    )
  })

  const wasSent = (hash: string) =>
    attempt("look for a transaction", () => database.query("SELECT 1 FROM sent WHERE hash = $hash").get({ hash }) !== null)

  const lastNonce = (chain: string, signer: string) =>
    attempt("look for the last transaction", () => numberIn(database.query(LAST_NONCE).get({ chain, signer })))

  return { recordSent, wasSent, lastNonce }
}

/** Terms: a signer is in its term while this data folder's process is the last one known to validate with that key. */
const termsIn = ({ database, attempt }: Store) => {
  const inTerm = (chain: string, signer: string) =>
    attempt(
      "look for the term",
      () => database.query("SELECT 1 FROM terms WHERE chain = $chain AND signer = $signer").get({ chain, signer }) !== null
    )

  const beginTerm = (chain: string, signer: string) =>
    attempt("begin a term", () =>
      database.query("INSERT OR REPLACE INTO terms (chain, signer) VALUES ($chain, $signer)").run({ chain, signer })
    ).pipe(Effect.asVoid)

  const endTerm = (chain: string, signer: string) =>
    attempt("end a term", () => database.query("DELETE FROM terms WHERE chain = $chain AND signer = $signer").run({ chain, signer })).pipe(
      Effect.asVoid
    )

  return { inTerm, beginTerm, endTerm }
}

/** Opens the journal in a scope. `file`: its path; missing folders are created. `maximumPages`: the file's largest size, for tests of a full disk. */
export const make = Effect.fn("Journal.make")(function* (file: string, options: { readonly maximumPages?: number } = {}) {
  const store = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: fileFailed("the vote journal"),
    ...options
  })
  const check = store
    .attempt("check", () =>
      store.database.query("INSERT INTO checks (id, count) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET count = count + 1").run()
    )
    .pipe(Effect.asVoid)
  return Journal.of({ ...claimsIn(store), ...departuresIn(store), ...termsIn(store), check })
})

export const layer = (file: string): Layer.Layer<Journal, StoreUnavailable> => Layer.scoped(Journal, make(file))

/**
 * Stores this validator's knowledge of rosters across restarts:
 * - every roster that it has used, by hash, so that it can continue while all mirrors are down;
 * - the roster by which each epoch was scored;
 * - every version that the roster's signer has signed, to detect two rosters of one version.
 */
import { Context, Effect, Layer, Option, Schema } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import { SignedHash } from "../../../domain/Equivocation.ts"
import { hashOfRosterBody, type SignedRoster, signedRoster } from "../../../domain/SignedRoster.ts"
import { openStoreFile } from "../sqlite/storeFile.ts"
import { fileFailed, type Result, type StoreUnavailable } from "./failure.ts"

/** The roster that an epoch is scored by. */
export interface EpochRoster {
  readonly sha256: string
  /** Why it is not the signer's committed roster; null if it is. */
  readonly concern: string | null
}

export class RosterArchive extends Context.Tag("gittensor/RosterArchive")<
  RosterArchive,
  {
    readonly keep: (roster: SignedRoster) => Result<void>
    /** The roster with this hash, verified. undefined: it was never stored, or is damaged. */
    readonly find: (sha256: string) => Result<SignedRoster | undefined>
    /** The roster of the epoch that begins at a block, once it is decided. */
    readonly decided: (firstBlock: number) => Result<EpochRoster | undefined>
    /** The roster of the last epoch before a block that has one. */
    readonly decidedBefore: (firstBlock: number) => Result<EpochRoster | undefined>
    readonly decide: (firstBlock: number, decided: EpochRoster) => Result<void>
    /** Records a version that the signer signed; of each version at most two, which prove an equivocation. */
    readonly noteSigned: (signer: AccountAddress, version: number, signed: SignedHash) => Result<void>
    /** The two signatures of each version that the signer signed more than once, rising. */
    readonly contradictions: (signer: AccountAddress) => Result<ReadonlyArray<readonly [version: number, SignedHash, SignedHash]>>
  }
>() {}

/** The most stored rosters: enough for years, unless an owner is malicious. */
const MOST_ROSTERS = 64

const TABLES = `CREATE TABLE IF NOT EXISTS rosters (sha256 TEXT PRIMARY KEY, text TEXT NOT NULL, kept INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS epochs (
  subnet TEXT NOT NULL, first_block INTEGER NOT NULL, sha256 TEXT NOT NULL, concern TEXT, PRIMARY KEY (subnet, first_block)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS signed (
  subnet TEXT NOT NULL, owner TEXT NOT NULL, version INTEGER NOT NULL, sha256 TEXT NOT NULL, signature TEXT NOT NULL,
  PRIMARY KEY (subnet, owner, version, sha256)
) STRICT, WITHOUT ROWID`

const KEEP = `INSERT INTO rosters (sha256, text, kept) VALUES ($sha256, $text, (SELECT coalesce(max(kept), 0) + 1 FROM rosters))
  ON CONFLICT (sha256) DO UPDATE SET text = excluded.text, kept = excluded.kept`
const DELETE_OLD = `DELETE FROM rosters WHERE kept <= (SELECT max(kept) FROM rosters) - ${MOST_ROSTERS}
  AND sha256 NOT IN (SELECT sha256 FROM epochs ORDER BY first_block DESC LIMIT 1)`
const NOTE_SIGNED = `INSERT OR IGNORE INTO signed (subnet, owner, version, sha256, signature) SELECT $subnet, $owner, $version, $sha256, $signature
  WHERE (SELECT count(*) FROM signed WHERE subnet = $subnet AND owner = $owner AND version = $version) < 2`
const FIND_CONTRADICTIONS = `SELECT version, sha256, signature FROM signed WHERE subnet = $subnet AND owner = $owner AND version IN (
    SELECT version FROM signed WHERE subnet = $subnet AND owner = $owner GROUP BY version HAVING count(*) > 1
  ) ORDER BY version, sha256`

const decodeText = Schema.decodeUnknownSync(Schema.NullOr(Schema.Struct({ text: Schema.String })))
const decodeDecided = Schema.decodeUnknownSync(
  Schema.NullOr(Schema.Struct({ sha256: Schema.String, concern: Schema.NullOr(Schema.String) }))
)
const decodeSigned = Schema.decodeUnknownSync(Schema.Array(Schema.Struct({ version: Schema.Int, ...SignedHash.fields })))
const decodeRoster = Schema.decodeOption(signedRoster.Text)
const encodeRoster = Schema.encodeSync(signedRoster.Text)

export interface RosterArchiveOptions {
  /** A path, whose folder is made, or ":memory:". */
  readonly file: string
  /** Identifies the chain, as `chainFileName` does. */
  readonly chain: string
  readonly netuid: number
}

const make = Effect.fn("RosterArchive.make")(function* ({ file, chain, netuid }: RosterArchiveOptions) {
  const { database, attempt } = yield* openStoreFile({
    file,
    tables: TABLES,
    failed: fileFailed("the archive of rosters"),
    renew: { name: "the archive of rosters", consequence: "the roster is fetched from its mirrors again" }
  })
  const subnet = `${chain}-${netuid}`
  const query = (sql: string) => database.query(sql)

  return RosterArchive.of({
    keep: (roster) =>
      attempt("keep a roster", () =>
        database
          .transaction(() => {
            query(KEEP).run({ sha256: hashOfRosterBody(roster.body), text: encodeRoster(roster) })
            query(DELETE_OLD).run()
          })
          .immediate()
      ),
    find: (sha256) =>
      Effect.map(
        attempt("find a roster", () => decodeText(query("SELECT text FROM rosters WHERE sha256 = $sha256").get({ sha256 }))),
        (row) =>
          Option.fromNullable(row).pipe(
            Option.flatMap(({ text }) => decodeRoster(text)),
            Option.filter(({ body }) => hashOfRosterBody(body) === sha256),
            Option.getOrUndefined
          )
      ),
    decided: (firstBlock) =>
      attempt(
        "read an epoch's roster",
        () =>
          decodeDecided(
            query("SELECT sha256, concern FROM epochs WHERE subnet = $subnet AND first_block = $firstBlock").get({ subnet, firstBlock })
          ) ?? undefined
      ),
    decidedBefore: (firstBlock) =>
      attempt(
        "read an earlier roster",
        () =>
          decodeDecided(
            query(
              "SELECT sha256, concern FROM epochs WHERE subnet = $subnet AND first_block < $firstBlock ORDER BY first_block DESC LIMIT 1"
            ).get({ subnet, firstBlock })
          ) ?? undefined
      ),
    decide: (firstBlock, { sha256, concern }) =>
      attempt("write an epoch's roster", () => {
        query("INSERT OR REPLACE INTO epochs (subnet, first_block, sha256, concern) VALUES ($subnet, $firstBlock, $sha256, $concern)").run({
          subnet,
          firstBlock,
          sha256,
          concern
        })
      }),
    noteSigned: (signer, version, { sha256, signature }) =>
      attempt("note a signature", () => {
        query(NOTE_SIGNED).run({ subnet, owner: signer, version, sha256, signature })
      }),
    contradictions: (signer) =>
      attempt("read signatures", () => {
        const rows = decodeSigned(query(FIND_CONTRADICTIONS).all({ subnet, owner: signer }))
        return rows.flatMap((one, place) => {
          const next = rows[place + 1]
          return next?.version === one.version ? [[one.version, one, next] as const] : []
        })
      })
  })
})

export const layer = (options: RosterArchiveOptions): Layer.Layer<RosterArchive, StoreUnavailable> =>
  Layer.scoped(RosterArchive, make(options))

/**
 * Caches competitions and issues that are final on the chain, so that a restarted process reads only newer ones. These facts never change; a lost
 * file costs one long read. Every row has a checksum, because ratings are computed from it.
 */
import { Context, Effect, Either, Layer, Option, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { Competition } from "../../../domain/Competition.ts"
import { adviceFor } from "../sqlite/sqlite.ts"
import { type Failure, openStoreFile } from "../sqlite/storeFile.ts"

/** The chain, contract and code of the facts. Facts of another subject are never read. */
export const Subject = Schema.Struct({
  /** The hash of the chain's block 1: dev chains may share a genesis. */
  chain: Schema.String,
  contract: AccountAddress,
  codeHash: Schema.String
})
export interface Subject extends Schema.Schema.Type<typeof Subject> {}

/** Facts that can no longer change. */
export interface FinalState {
  readonly competitions: ReadonlyArray<Competition>
  /** Issues that were paid or cancelled at a block. */
  readonly closedIssues: ReadonlyArray<{ readonly id: number; readonly block: number }>
  /** The highest ids seen. */
  readonly counts: { readonly issues: number; readonly competitions: number }
}

export class CompetitionArchive extends Context.Tag("gittensor/CompetitionArchive")<
  CompetitionArchive,
  {
    /** Everything stored about a contract; a row that fails its checksum is left out. */
    readonly load: (subject: Subject) => Effect.Effect<FinalState>
    /** Adds facts. A failure is logged once and ignored: the chain still has the facts. */
    readonly keep: (subject: Subject, facts: FinalState) => Effect.Effect<void>
  }
>() {}

const nothing: FinalState = { competitions: [], closedIssues: [], counts: { issues: 0, competitions: 0 } }

const unusable = CompetitionArchive.of({ load: () => Effect.succeed(nothing), keep: () => Effect.void })

const TABLES = `CREATE TABLE IF NOT EXISTS subjects (
  subject INTEGER PRIMARY KEY, chain TEXT NOT NULL, contract TEXT NOT NULL, code_hash TEXT NOT NULL,
  issues INTEGER NOT NULL, competitions INTEGER NOT NULL, UNIQUE (chain, contract, code_hash)
) STRICT;
CREATE TABLE IF NOT EXISTS facts (
  subject INTEGER NOT NULL, kind TEXT NOT NULL, id INTEGER NOT NULL, value TEXT NOT NULL, "check" BLOB NOT NULL,
  PRIMARY KEY (subject, kind, id)
) STRICT, WITHOUT ROWID`

const FIND = "SELECT subject, issues, competitions FROM subjects WHERE chain = $chain AND contract = $contract AND code_hash = $codeHash"
const ADD = `INSERT INTO subjects (chain, contract, code_hash, issues, competitions) VALUES ($chain, $contract, $codeHash, $issues, $competitions)
  ON CONFLICT (chain, contract, code_hash)
  DO UPDATE SET issues = max(issues, excluded.issues), competitions = max(competitions, excluded.competitions)
  RETURNING subject, issues, competitions`

const decodeSubject = Schema.decodeUnknownSync(
  Schema.NullOr(Schema.Struct({ subject: Schema.Int, issues: Schema.Int, competitions: Schema.Int }))
)
const decodeFact = Schema.decodeUnknownEither(
  Schema.Struct({ kind: Schema.Literal("competition", "issue"), id: Schema.Int, value: Schema.String, check: Schema.Uint8ArrayFromSelf })
)
const CompetitionText = Schema.parseJson(
  Schema.Struct({ ...Competition.fields, enrolled: Schema.Uint8ArrayFromHex, skipped: Schema.Uint8ArrayFromHex })
)
const encodeCompetition = Schema.encodeSync(CompetitionText)
const decodeCompetition = Schema.decodeUnknownOption(CompetitionText)
const decodeBlock = Schema.decodeUnknownOption(Schema.NumberFromString.pipe(Schema.int()))

/** A checksum that detects a changed value, and a row under another subject, kind or id. */
const checkOf = ({ chain, contract, codeHash }: Subject, kind: string, id: number, value: string): Buffer =>
  new Bun.CryptoHasher("sha256").update([chain, contract, codeHash, kind, id, value].join("\n")).digest()

const factsOf = (subject: Subject, rows: ReadonlyArray<unknown>, counts: FinalState["counts"]): FinalState => {
  const sound = rows.flatMap((row) => {
    const fact = decodeFact(row)
    if (Either.isLeft(fact)) return []
    const { kind, id, value, check } = fact.right
    return Buffer.compare(check, checkOf(subject, kind, id, value)) === 0 ? [fact.right] : []
  })
  const ofKind = (wanted: string) => sound.filter(({ kind }) => kind === wanted)
  return {
    competitions: ofKind("competition").flatMap(({ value }) => Option.toArray(decodeCompetition(value))),
    closedIssues: ofKind("issue").flatMap(({ id, value }) => Option.toArray(Option.map(decodeBlock(value), (block) => ({ id, block })))),
    counts
  }
}

const INSTEAD_OF_FILE = "ended matches are read from the chain again after each start"

/**
 * Opens the archive in a scope. If the file cannot be opened, logs it and stores nothing. `file`: its path (the folder is created), or ":memory:".
 */
export const make = Effect.fn("CompetitionArchive.make")(function* (file: string) {
  const opened = yield* Effect.either(
    openStoreFile({
      file,
      tables: TABLES,
      failed: (failure) => failure,
      renew: { name: "the archive of matches", consequence: "they are read from the chain again" }
    })
  )
  const warn = ({ operation, code }: Failure) =>
    Effect.logWarning(
      `the archive of matches ${file} failed at "${operation}" (${code}), ${adviceFor(code)}; until then ${INSTEAD_OF_FILE}`
    )
  if (Either.isLeft(opened)) {
    yield* warn(opened.left)
    return unusable
  }
  const { database, attempt } = opened.right
  const logged = { once: false }
  const warnOnce = (failure: Failure) =>
    Effect.suspend(() => {
      if (logged.once) return Effect.void
      logged.once = true
      return warn(failure)
    })

  const load = Effect.fn("CompetitionArchive.load")(function* (subject: Subject) {
    return yield* attempt("load matches", () => {
      const found = decodeSubject(database.query(FIND).get({ ...subject }))
      if (found === null) return nothing
      const rows = database.query(`SELECT kind, id, value, "check" FROM facts WHERE subject = $subject`).all({ subject: found.subject })
      return factsOf(subject, rows, { issues: found.issues, competitions: found.competitions })
    }).pipe(Effect.catchAll((failure) => Effect.as(warnOnce(failure), nothing)))
  })

  const keep = Effect.fn("CompetitionArchive.keep")(function* (subject: Subject, { competitions, closedIssues, counts }: FinalState) {
    yield* attempt("keep matches", () =>
      database
        .transaction(() => {
          const added = decodeSubject(database.query(ADD).get({ ...subject, ...counts }))
          const insert = database.query(
            `INSERT OR REPLACE INTO facts (subject, kind, id, value, "check") VALUES ($subject, $kind, $id, $value, $check)`
          )
          const put = (kind: "competition" | "issue", id: number, value: string) =>
            insert.run({ subject: added?.subject ?? 0, kind, id, value, check: checkOf(subject, kind, id, value) })
          for (const competition of competitions) put("competition", competition.id, encodeCompetition(competition))
          for (const { id, block } of closedIssues) put("issue", id, String(block))
        })
        .immediate()
    ).pipe(Effect.catchAll(warnOnce))
  })

  return CompetitionArchive.of({ load, keep })
})

export const layer = (file: string): Layer.Layer<CompetitionArchive> => Layer.scoped(CompetitionArchive, make(file))

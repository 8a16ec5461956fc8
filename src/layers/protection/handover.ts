/**
 * Hands a voter's journal over to another data folder, in one document that names whose it is. It has what keeps the next process from repeating a
 * vote or from taking the last one for a stranger: claims, sent transactions, and own votes.
 *
 * It has no term, and ends that of both folders. So whichever process starts next reads the chain first, and sends its first transaction alone:
 * then even a process on either side, or two on copies of the document, do not both vote.
 */
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { Effect, Either, Schema } from "effect"
import { AccountAddress } from "../../domain/Account.ts"
import { canonicalJson } from "../../domain/canonicalJson.ts"
import { InvalidInput } from "../../domain/failures.ts"
import { problemOf } from "../../domain/jsonProblem.ts"
import { messageOf, whyUnread } from "../../domain/messageOf.ts"
import { fileNameOf } from "../chain/node/identity.ts"
import type { Point } from "../chain/node/sentBy.ts"
import { pathIn } from "../storage/dataFolder/dataFolder.ts"
import { writeDurably } from "../storage/dataFolder/durableFile.ts"
import { fileFailed } from "../storage/dataFolder/failure.ts"
import * as Watches from "../storage/dataFolder/Watches.ts"
import { openStoreFile } from "../storage/sqlite/storeFile.ts"
import * as Journal from "./Journal.ts"
import { holdDataFolder } from "./locks.ts"
import * as OwnVotes from "./OwnVotes.ts"

const FORMAT = "gittensor-journal/1"

const Ballot = Schema.String.pipe(Schema.pattern(Journal.BALLOT))
/** Subtensor's block numbers and nonces are u32. */
const Count = Schema.NonNegativeInt.pipe(Schema.lessThanOrEqualTo(0xffff_ffff))

const OwnVoteRows = Schema.Array(
  Schema.Struct({ ballots: Schema.Literal(...OwnVotes.OWN_VOTES), vote: Schema.String.pipe(Schema.pattern(/^\d+ \{.*\}$/)) })
)

const Handover = Schema.Struct({
  format: Schema.Literal(FORMAT),
  /** The chain's identity, by `chainIdentity`. */
  chain: Schema.String,
  contract: AccountAddress,
  hotkey: AccountAddress,
  claims: Schema.Array(Schema.Struct({ ballot: Ballot, choice: Schema.String, claimedAt: Count, expiresAt: Count })),
  /** Of all contracts: the nonce is the hotkey's. `ballot` and `choice`: the vote of this contract that it carries. */
  sent: Schema.Array(
    Schema.Struct({
      hash: Schema.String.pipe(Schema.pattern(/^0x[0-9a-f]{64}$/)),
      nonce: Count,
      at: Count,
      ballot: Schema.NullOr(Ballot),
      choice: Schema.NullOr(Schema.String)
    })
  ),
  ownVotes: OwnVoteRows
})
type Handover = typeof Handover.Type

const decodeRows = Schema.decodeUnknownEither(Handover)
const decodeOwnVotes = Schema.decodeUnknownSync(OwnVoteRows)
const decodeText = Schema.decodeUnknownEither(Schema.parseJson(Handover))

const CLAIMS = `SELECT substr(ballot, length($keys) + 1) AS ballot, choice, claimed_at AS claimedAt, expires_at AS expiresAt FROM claims
  WHERE substr(ballot, 1, length($keys)) = $keys ORDER BY ballot, choice`
const SENT = `SELECT hash, nonce, at, iif(isHere, substr(ballot, length($keys) + 1), NULL) AS ballot, iif(isHere, choice, NULL) AS choice
  FROM (SELECT *, substr(ballot, 1, length($keys)) = $keys AS isHere FROM sent WHERE chain = $chain AND signer = $hotkey) ORDER BY nonce, hash`
const OF_VOTER = "FROM own_votes WHERE chain = $chain AND hotkey = $hotkey AND substr(ballots, 1, length($contract) + 1) = $contract || ' '"
const OWN_VOTES = `SELECT substr(ballots, length($contract) + 2) AS ballots, vote ${OF_VOTER} ORDER BY ballots, vote`
const END_TERM = "DELETE FROM terms WHERE chain = $chain AND signer = $hotkey"

/** Of two claims of one vote, both hold: from the earlier block until the later one. */
const CLAIM = `INSERT INTO claims (ballot, choice, claimed_at, expires_at, process) VALUES ($ballot, $choice, $claimedAt, $expiresAt, $process)
  ON CONFLICT (ballot, choice) DO UPDATE
  SET claimed_at = min(claimed_at, excluded.claimed_at), expires_at = max(expires_at, excluded.expires_at)`
const SEND = `INSERT INTO sent (hash, chain, signer, nonce, at, ballot, choice) VALUES ($hash, $chain, $hotkey, $nonce, $at, $ballot, $choice)
  ON CONFLICT (hash) DO UPDATE
  SET at = max(at, excluded.at), ballot = coalesce(ballot, excluded.ballot), choice = coalesce(choice, excluded.choice)`
const CAST = "INSERT INTO own_votes (chain, hotkey, ballots, vote) VALUES ($chain, $hotkey, $ballots, $vote)"

/** The journal in a data folder, as long as no validator runs there. */
const openJournal = (folder: string) =>
  Effect.zipRight(
    holdDataFolder(folder),
    openStoreFile({
      file: pathIn(folder, "journal"),
      tables: `${Journal.TABLES};${OwnVotes.TABLES}`,
      failed: fileFailed("the vote journal")
    })
  )

/** Moves a voter's own votes into the journal from where 0.1.0 stored them, if no start has done so. */
const takeOverOwnVotes = Effect.fn("takeOverOwnVotes")(function* (folder: string, { chain, contract, hotkey }: Journal.Voter) {
  const file = pathIn(folder, "watches")
  if (!existsSync(file)) return
  const watches = yield* Watches.make({ file, chain: fileNameOf(chain) })
  yield* OwnVotes.takeOver(yield* OwnVotes.make({ file: pathIn(folder, "journal"), chain, hotkey }), watches, contract)
})

const counted = ({ claims, sent, ownVotes }: Handover) => ({ claims: claims.length, sent: sent.length, ownVotes: ownVotes.length })

/** Writes a voter's journal to a new file, and ends the term of the folder's process. Returns how much it holds. */
export const exportJournal = Effect.fn("exportJournal")(function* (folder: string, voter: Journal.Voter, file: string) {
  const { chain, contract, hotkey } = voter
  if (existsSync(file)) return yield* new InvalidInput({ message: `${file} is there already: name a new file` })
  if (!existsSync(pathIn(folder, "journal")))
    return yield* new InvalidInput({ message: `there is no journal in ${folder}: name the validator's data folder with --data` })
  const { database, attempt } = yield* openJournal(folder)
  yield* takeOverOwnVotes(folder, voter)
  const read = yield* attempt("export", () =>
    database
      .transaction(() => {
        const keys = Journal.keysOf(voter)
        const found = decodeRows({
          format: FORMAT,
          ...voter,
          claims: database.query(CLAIMS).all({ keys }),
          sent: database.query(SENT).all({ keys, chain, hotkey }),
          ownVotes: database.query(OWN_VOTES).all({ chain, contract, hotkey })
        })
        if (Either.isRight(found)) database.query(END_TERM).run({ chain, hotkey })
        return found
      })
      .immediate()
  )
  if (Either.isLeft(read))
    return yield* new InvalidInput({
      message: `the journal in ${folder} holds what this release cannot read, so it is not exported (${problemOf(read.left)})`
    })
  const handover = read.right
  yield* Effect.tryPromise({
    try: () => writeDurably(file, `${canonicalJson(handover)}\n`),
    catch: (cause) => new InvalidInput({ message: `${file} cannot be written (${messageOf(cause)}): choose another place` })
  })
  return counted(handover)
}, Effect.scoped)

/**
 * How many blocks, and transactions, a document may be ahead of the node: an hour. A claim ends 64 blocks after its vote, and the node may lag behind that
 * of the other machine. What is further ahead would hold a vote or hide a stranger's transactions for as long.
 */
const AHEAD = 300

/** The first number in a document that is too far ahead of the chain, with its place. */
const tooEarly = ({ claims, sent }: Handover, { block, nonce }: Point): string | undefined => {
  const numbers = [
    ...claims.flatMap(({ claimedAt, expiresAt }, row) => [
      { at: `claims[${row}].claimedAt`, is: claimedAt, now: block },
      { at: `claims[${row}].expiresAt`, is: expiresAt, now: block }
    ]),
    ...sent.flatMap((one, row) => [
      { at: `sent[${row}].at`, is: one.at, now: block },
      { at: `sent[${row}].nonce`, is: one.nonce, now: nonce }
    ])
  ]
  const early = numbers.find(({ is, now }) => is > now + AHEAD)
  return early === undefined ? undefined : `${early.at} is ${early.is} where the chain is at ${early.now}`
}

/** The document in a file, if it is this voter's and possible. */
const read = (file: string, voter: Journal.Voter, now: Point) =>
  Effect.gen(function* () {
    const refused = (why: string) => new InvalidInput({ message: `${file} is not imported, and nothing is changed: ${why}` })
    const text = yield* Effect.tryPromise({ try: () => readFile(file, "utf8"), catch: (cause) => refused(whyUnread(cause)) })
    const found = yield* Effect.mapError(decodeText(text), (error) => refused(`it is no exported journal (${problemOf(error)})`))
    for (const part of ["chain", "contract", "hotkey"] as const)
      if (found[part] !== voter[part]) return yield* refused(`it is of the ${part} ${found[part]}, not ${voter[part]}`)
    const early = tooEarly(found, now)
    if (early !== undefined)
      return yield* refused(
        `${early}, which is more than ${AHEAD} ahead of what the node says: if the node is behind, wait for it; otherwise the file is damaged, so export the journal again`
      )
    return found
  })

type OwnVoteRow = (typeof OwnVoteRows.Type)[number]

const without = (these: ReadonlyArray<OwnVoteRow>, those: ReadonlyArray<OwnVoteRow>) => {
  const keys = new Set(those.map(({ ballots, vote }) => `${ballots} ${vote}`))
  return these.filter(({ ballots, vote }) => !keys.has(`${ballots} ${vote}`))
}

/**
 * Of a folder's own votes and a document's, those of the side that knows the hotkey's newer transaction: the other side's may have been withdrawn since.
 * If neither is newer, those in both: a vote too few counts as cast by hand, and stays; one too many would end what a person cast.
 */
const newerOwnVotes = (here: ReadonlyArray<OwnVoteRow>, newestHere: number | null, { ownVotes, sent }: Handover) => {
  const ahead = sent.reduce((newest, { nonce }) => Math.max(newest, nonce), -1) - (newestHere ?? (here.length > 0 ? -1 : -2))
  if (ahead === 0) return without(here, without(here, ownVotes))
  return ahead > 0 ? ownVotes : here
}

/**
 * Adds an exported journal to that of a folder, all of it or nothing, and ends the term of the folder's process. Of a claim in both the longer one
 * holds; of own votes, those of the newer journal. `now`: the chain's head and the hotkey's nonce. Returns how much the document holds, how many of its own
 * votes were left out, and how many of the folder's were removed.
 */
export const importJournal = Effect.fn("importJournal")(function* (folder: string, voter: Journal.Voter, file: string, now: Point) {
  const { chain, contract, hotkey } = voter
  const handover = yield* read(file, voter, now)
  const { database, attempt } = yield* openJournal(folder)
  yield* takeOverOwnVotes(folder, voter)
  const keys = Journal.keysOf(voter)
  return yield* attempt("import", () =>
    database
      .transaction(() => {
        const here = decodeOwnVotes(database.query(OWN_VOTES).all({ chain, contract, hotkey }))
        const newest = Journal.numberIn(database.query(Journal.LAST_NONCE).get({ chain, signer: hotkey }))
        const kept = newerOwnVotes(here, newest, handover)
        database.query(END_TERM).run({ chain, hotkey })
        for (const { ballot, ...claim } of handover.claims)
          database.query(CLAIM).run({ ...claim, ballot: `${keys}${ballot}`, process: process.pid })
        for (const { ballot, ...sent } of handover.sent)
          database.query(SEND).run({ ...sent, ballot: ballot === null ? null : `${keys}${ballot}`, chain, hotkey })
        database.query(`DELETE ${OF_VOTER}`).run({ chain, contract, hotkey })
        for (const { ballots, vote } of kept) database.query(CAST).run({ chain, hotkey, ballots: `${contract} ${ballots}`, vote })
        return { ...counted(handover), leftOut: without(handover.ownVotes, kept).length, removed: without(here, kept).length }
      })
      .immediate()
  )
}, Effect.scoped)

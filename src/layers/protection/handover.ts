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
const Count = Schema.NonNegativeInt

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
  ownVotes: Schema.Array(
    Schema.Struct({ ballots: Schema.Literal(...OwnVotes.OWN_VOTES), vote: Schema.String.pipe(Schema.pattern(/^\d+ \{.*\}$/)) })
  )
})
type Handover = typeof Handover.Type

const decodeRows = Schema.decodeUnknownEither(Handover)
const decodeText = Schema.decodeUnknownEither(Schema.parseJson(Handover))

const CLAIMS = `SELECT substr(ballot, length($keys) + 1) AS ballot, choice, claimed_at AS claimedAt, expires_at AS expiresAt FROM claims
  WHERE substr(ballot, 1, length($keys)) = $keys ORDER BY ballot, choice`
const SENT = `SELECT hash, nonce, at, iif(isHere, substr(ballot, length($keys) + 1), NULL) AS ballot, iif(isHere, choice, NULL) AS choice
  FROM (SELECT *, substr(ballot, 1, length($keys)) = $keys AS isHere FROM sent WHERE chain = $chain AND signer = $hotkey) ORDER BY nonce, hash`
const OWN_VOTES = `SELECT substr(ballots, length($contract) + 2) AS ballots, vote FROM own_votes
  WHERE chain = $chain AND hotkey = $hotkey AND substr(ballots, 1, length($contract) + 1) = $contract || ' ' ORDER BY ballots, vote`
const END_TERM = "DELETE FROM terms WHERE chain = $chain AND signer = $hotkey"

/** Of two claims of one vote, both hold: from the earlier block until the later one. */
const CLAIM = `INSERT INTO claims (ballot, choice, claimed_at, expires_at, process) VALUES ($ballot, $choice, $claimedAt, $expiresAt, $process)
  ON CONFLICT (ballot, choice) DO UPDATE
  SET claimed_at = min(claimed_at, excluded.claimed_at), expires_at = max(expires_at, excluded.expires_at)`
const SEND = `INSERT INTO sent (hash, chain, signer, nonce, at, ballot, choice) VALUES ($hash, $chain, $hotkey, $nonce, $at, $ballot, $choice)
  ON CONFLICT (hash) DO UPDATE
  SET at = max(at, excluded.at), ballot = coalesce(ballot, excluded.ballot), choice = coalesce(choice, excluded.choice)`
const CAST = "INSERT OR IGNORE INTO own_votes (chain, hotkey, ballots, vote) VALUES ($chain, $hotkey, $ballots, $vote)"

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

/** The document in a file, if it is this voter's. */
const read = (file: string, voter: Journal.Voter) =>
  Effect.gen(function* () {
    const refused = (why: string) => new InvalidInput({ message: `${file} is not imported, and nothing is changed: ${why}` })
    const text = yield* Effect.tryPromise({ try: () => readFile(file, "utf8"), catch: (cause) => refused(whyUnread(cause)) })
    const found = yield* Effect.mapError(decodeText(text), (error) => refused(`it is no exported journal (${problemOf(error)})`))
    for (const part of ["chain", "contract", "hotkey"] as const)
      if (found[part] !== voter[part]) return yield* refused(`it is of the ${part} ${found[part]}, not ${voter[part]}`)
    return found
  })

/**
 * Adds an exported journal to that of a folder, all of it or nothing, and ends the term of the folder's process. Nothing is removed, and of a claim in
 * both the longer one holds. Returns how much the document holds.
 */
export const importJournal = Effect.fn("importJournal")(function* (folder: string, voter: Journal.Voter, file: string) {
  const { chain, hotkey } = voter
  const handover = yield* read(file, voter)
  const { database, attempt } = yield* openJournal(folder)
  const keys = Journal.keysOf(voter)
  yield* attempt("import", () =>
    database
      .transaction(() => {
        database.query(END_TERM).run({ chain, hotkey })
        for (const { ballot, ...claim } of handover.claims)
          database.query(CLAIM).run({ ...claim, ballot: `${keys}${ballot}`, process: process.pid })
        for (const { ballot, ...sent } of handover.sent)
          database.query(SEND).run({ ...sent, ballot: ballot === null ? null : `${keys}${ballot}`, chain, hotkey })
        for (const { ballots, vote } of handover.ownVotes)
          database.query(CAST).run({ chain, hotkey, ballots: `${voter.contract} ${ballots}`, vote })
      })
      .immediate()
  )
  return counted(handover)
}, Effect.scoped)

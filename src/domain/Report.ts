/**
 * A validator's report: what it measured in one epoch, as of the epoch's first block, signed by its hotkey. It has cells, one for each miner, repository
 * and side, and no values: shares follow from all reports together and the roster. Written once, never changed.
 *
 * The hotkey signs six lines:
 *
 *     gittensor/report/v1
 *     genesis 0x<64 lower-case hexadecimal digits>
 *     netuid 74
 *     epoch 20000
 *     validator 5…
 *     sha256 <of the canonical body, 64 lower-case hexadecimal digits>
 *
 * The validator also commits the last line's hash on the chain. It is not the hash of the signed document, because one body can have many signatures.
 */
import { Option, Schema } from "effect"
import { AccountAddress, Hash32 } from "./Account.ts"
import { canonicalHash } from "./canonicalJson.ts"
import { type SignedDocument, type Statement, signedDocument } from "./SignedDocument.ts"

const FORMATS = "gittensor/report/v"

/** Its number is the edition of the rules: reports of one edition are compared, whichever release of a program made them. */
export const REPORT_FORMAT = `${FORMATS}1` as const

/** Points are reported in whole millionths. */
export const POINT_IN_MILLIONTHS = 1_000_000

export const MAX_CELLS = 8_192

/** The most characters of a signed report, which are all ASCII; what peers accept (PeerReports). */
export const MAX_TEXT = 1_048_576

/** The root encodes the number of leaves in four bytes. */
const MAX_LEAVES = 2 ** 32 - 1

export const Uid = Schema.Int.pipe(Schema.between(0, 65_535))
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))

/** Millionths of a point, at most a million points, so that the sum of all cells is a safe integer. */
export const Millionths = Schema.Int.pipe(Schema.between(0, 1_000_000 * POINT_IN_MILLIONTHS))

/** `owner/name` in lower case. */
const RepositoryName = Schema.String.pipe(Schema.pattern(/^[!-@[-~]{3,140}$/))

/** For what a miner earned: for its own pull requests, or for issues that it found. */
const Side = Schema.Literal("author", "finder")
export type Side = typeof Side.Type

export const cellName = { repository: RepositoryName, side: Side }

export const Cell = Schema.Struct({
  ...cellName,
  /** The points that the miner's merged pull requests or solved issues earned, with decay. Null: not measured. */
  sum: Schema.NullOr(Millionths),
  /** The collateral of its open pull requests. The cell's net is the sum less this, and never below 0. */
  less: Millionths,
  /** The miner's points before decay, where the repository is scored for work; otherwise 0. They decide how much of the repository's slice is paid. */
  full: Millionths
})
export interface Cell extends Schema.Schema.Type<typeof Cell> {}

/** A miner's cells, by repository and side. A cell that is missing has 0. null: nothing of this miner was measured. */
const ReportedMiner = Schema.Struct({
  uid: Uid,
  /** The UID's hotkey at the epoch's first block. */
  hotkey: AccountAddress,
  cells: Schema.NullOr(Schema.Array(Cell))
})
export interface ReportedMiner extends Schema.Schema.Type<typeof ReportedMiner> {}

/** A repository whose maintainers have a part of its slice, or that lost a part of its share. */
const ReportedRepository = Schema.Struct({
  repository: RepositoryName,
  /** The miners that maintain it, by rising UID. null: neither they nor what it lost were measured. */
  maintainers: Schema.NullOr(Schema.Array(Schema.Struct({ uid: Uid, hotkey: AccountAddress })).pipe(Schema.maxItems(4_096))),
  /** How many thousandths of its share it lost, by the roster's rules of burden. */
  lost: Schema.Int.pipe(Schema.between(0, 1_000))
})
export interface ReportedRepository extends Schema.Schema.Type<typeof ReportedRepository> {}

/** The order of a miner's cells, and of repositories, which have no side. */
export const compareCells = (left: Pick<Cell, "repository"> & { readonly side?: Side }, right: typeof left): number =>
  left.repository === right.repository
    ? (left.side ?? "") === (right.side ?? "")
      ? 0
      : (left.side ?? "") < (right.side ?? "")
        ? -1
        : 1
    : left.repository < right.repository
      ? -1
      : 1

/** The first place at which a list does not rise, as a schema's issue. */
const unsortedProblem = <A>(list: ReadonlyArray<A>, compare: (left: A, right: A) => number, key: string, message: string) => {
  const index = list.findIndex((one, at) => {
    const before = list[at - 1]
    return before !== undefined && compare(before, one) >= 0
  })
  return index < 0 ? undefined : { path: [index, key], message }
}

const Miners = Schema.Array(ReportedMiner).pipe(
  Schema.filter(
    (miners) =>
      unsortedProblem(miners, (left, right) => left.uid - right.uid, "uid", "miners are sorted by rising UID, each once") ??
      (miners.some(({ cells }) => cells !== null && unsortedProblem(cells, compareCells, "repository", "") !== undefined)
        ? "a miner's score entries are sorted by repository and side, each once"
        : miners.reduce((count, { cells }) => count + (cells?.length ?? 1), 0) <= MAX_CELLS ||
          `there are more than ${MAX_CELLS} score entries`)
  )
)

const Repositories = Schema.Array(ReportedRepository).pipe(
  Schema.maxItems(4_096),
  Schema.filter((all) => unsortedProblem(all, compareCells, "repository", "repositories are sorted by name, each once"))
)

export const Report = Schema.Struct({
  format: Schema.Literal(REPORT_FORMAT),
  netuid: Uid,
  genesis: Hash32,
  epoch: Schema.NonNegativeInt,
  /** The epoch's first block. */
  block: Schema.NonNegativeInt,
  /** The roster's SHA-256. */
  roster: Sha256,
  /** The program's version. */
  program: Schema.String.pipe(Schema.pattern(/^[!-~]{1,64}$/)),
  validator: AccountAddress,
  /** The hash of the newest settlement that the validator has, of an earlier epoch; null if it has none. */
  settlement: Schema.NullOr(Sha256),
  /** Sorted by UID. A UID that is missing earned nothing. UID 0 is no miner. */
  miners: Miners,
  /** Sorted by name. One that is missing has no maintainers among the miners, and lost nothing. */
  repositories: Repositories,
  /** How many records are under the root. */
  leaves: Schema.Int.pipe(Schema.between(0, MAX_LEAVES)),
  /** The root of the tree over the records behind the cells, which has their sums (ScoredRecord). */
  root: Sha256
})
export interface Report extends Schema.Schema.Type<typeof Report> {}

export interface SignedReport extends SignedDocument<Report> {}

/** The identity of a report: a validator may sign only one for each. */
export interface ReportOf extends Pick<Report, "netuid" | "epoch" | "validator"> {
  readonly genesis: string
}

/** The statement that a validator signs about its report, without the report's contents. */
export const reportStatement = ({ genesis, netuid, epoch, validator }: ReportOf): Statement => ({
  signer: validator,
  lines: [REPORT_FORMAT, `genesis ${genesis}`, `netuid ${netuid}`, `epoch ${epoch}`, `validator ${validator}`]
})

/** `sign` takes the key of the validator that the report names; `Text` is the canonical document, verified when it is decoded. */
export const signedReport = signedDocument(Report, reportStatement, MAX_TEXT)

const decodeFormat = Schema.decodeUnknownOption(Schema.parseJson(Schema.Struct({ body: Schema.Struct({ format: Schema.String }) })))

/** Whether a text is a report by another edition of the rules. It is not counted, and its author may be honest. */
export const isOfAnotherEdition = (text: string): boolean =>
  text.length <= MAX_TEXT &&
  Option.exists(decodeFormat(text), ({ body: { format } }) => format.startsWith(FORMATS) && format !== REPORT_FORMAT)

const encode = Schema.encodeSync(Report)

/** Cache of hashes: an audit may count the same reports hundreds of times, and hashing one takes longer than counting it. */
const hashes = new WeakMap<Report, string>()

/** The SHA-256 of a report's canonical body, which its signature names and which is committed on the chain. */
export const reportHash = (body: Report): string => {
  const before = hashes.get(body)
  if (before !== undefined) return before
  const hash = canonicalHash(encode(body))
  hashes.set(body, hash)
  return hash
}

/** The building blocks of the API's answers: JSON forms of amounts, blocks with times, ratings, sets of UIDs and accounts. Each function takes the description. */
import { Schema } from "effect"
import { CancelReason } from "../../../domain/Competition.ts"
import { GitHubTrouble } from "../../../domain/GitHubTrouble.ts"
import { UID_LIMIT } from "../../../domain/UidBitmap.ts"
import { tables } from "../../../layers/storage/database/schema/tables.ts"

const { columns: event } = tables.events
const { columns: miner } = tables.miners
const { columns: issue } = tables.issues

/** A row's meaning as a schema description. */
export const capitalised = (meaning: string): string => meaning.charAt(0).toUpperCase() + meaning.slice(1)

export const text = (description: string) => Schema.String.annotations({ description })

export const flag = (description: string) => Schema.Boolean.annotations({ description })

/** Without an identifier: `Schema.Int` has one, so OpenAPI would give all integers the same description. */
const Whole = Schema.Number.pipe(Schema.int())

export const count = (description: string) => Whole.pipe(Schema.nonNegative()).annotations({ description })

/** An integer within JSON's exact range. */
export const wholeNumber = (description: string) => Whole.annotations({ description })

export const number = (description: string) => Schema.Number.pipe(Schema.finite()).annotations({ description })

/** Any JSON, as recorded from the chain. */
export const json = (description: string) => Schema.Unknown.annotations({ description })

/** Rao (10⁻⁹) as a decimal string, because u64 exceeds the exact range of JSON numbers. */
export const amount = (description: string) =>
  Schema.transform(
    Schema.String.pipe(Schema.pattern(/^\d{1,30}$/)).annotations({ description: `${description}, in rao`, examples: ["100000000000"] }),
    Schema.BigIntFromSelf,
    { strict: true, decode: (digits) => BigInt(digits), encode: (rao) => rao.toString() }
  )

/** A rating in points. The contract and the database store thousandths of a point. */
export const rating = (description: string) => number(`${description}, in points`)

/** A fraction between 0 and 1, exact to a millionth. */
export const shareOfOne = (description: string) => Schema.Number.pipe(Schema.between(0, 1)).annotations({ description })

/** Parts per million, an integer, where signed or compared values use it. */
export const ppm = (description: string) =>
  Whole.pipe(Schema.between(0, 1_000_000)).annotations({ description: `${description}, in parts per million` })

export const uid = (description: string) => Whole.pipe(Schema.between(0, 65_535)).annotations({ description })

/** A set of UIDs in ascending order; the contract stores it as a bitmap of 256 bits. */
export const uids = (description: string) =>
  Schema.Array(Whole.pipe(Schema.between(0, UID_LIMIT - 1))).annotations({ description: `${description}: UIDs in ascending order` })

export const account = (description: string) => Schema.String.annotations({ description: `${description} (SS58)` })

export const day = (description: string) =>
  Schema.String.annotations({ description, jsonSchema: { type: "string", format: "date", description } })

/** A time as ISO 8601 in UTC. */
export const time = (description: string) =>
  Schema.transform(
    Schema.String.annotations({ description, jsonSchema: { type: "string", format: "date-time", description } }),
    Schema.ValidDateFromSelf,
    { strict: true, decode: (iso) => new Date(iso), encode: (date) => date.toISOString() }
  )

export const block = (description: string) => count(description)

/** A block with its timestamp. */
export const Moment = Schema.Struct({
  block: block(tables.blocks.columns.number.meaning),
  time: Schema.NullOr(time("the chain's clock in that block; null if the block is not indexed yet, such as a future deadline"))
}).annotations({ identifier: "Moment", description: "A block and the chain's clock in it" })
export interface Moment extends Schema.Schema.Type<typeof Moment> {}
export const moment = (description: string) => Schema.make<Moment, typeof Moment.Encoded>(Moment.ast).annotations({ description })

/** The estimate of when blocks come. */
export const pace = Schema.NullOr(
  Schema.Struct({
    block: block("the block from which the estimate counts, every fiftieth"),
    time: time("its time"),
    milliseconds: Schema.Number.annotations({ description: "from one block to the next, on average" }),
    blocks: count("the number of blocks over which that was measured: a day of them at most")
  }).annotations({ identifier: "Pace" })
).annotations({
  description:
    "when a block to come is expected: at `time`, and `milliseconds` more for each block after `block`; null while too few blocks are indexed"
})

/** Why data from GitHub may be missing. */
export const gitHubTrouble = Schema.NullOr(
  Schema.Struct({
    trouble: GitHubTrouble.annotations({ description: tables.chain.columns.github_trouble.meaning }),
    since: time(tables.chain.columns.github_trouble_since.meaning)
  }).annotations({ identifier: "GitHubTrouble", description: "Why data from GitHub may be old or missing" })
)

/** The contract call that caused something. */
export const CallRef = Schema.Struct({
  extrinsic: count(tables.calls.columns.extrinsic.meaning),
  position: Schema.NullOr(count(event.call_position.meaning))
}).annotations({ identifier: "CallRef", description: "The call, in the same block, that caused something" })
export interface CallRef extends Schema.Schema.Type<typeof CallRef> {}

export const login = Schema.NullOr(text("its GitHub account's name, if the link is proven"))

/** A miner as a list shows it. */
export const MinerRef = Schema.Struct({
  hotkey: account(miner.hotkey.meaning),
  uid: Schema.NullOr(uid(miner.uid.meaning)),
  login,
  avatar: Schema.NullOr(text(miner.github_avatar.meaning))
}).annotations({ identifier: "MinerRef", description: "A miner as a list shows it" })
export interface MinerRef extends Schema.Schema.Type<typeof MinerRef> {}

/** An issue as a list shows it. */
export const IssueRef = Schema.Struct({
  id: count(issue.id.meaning),
  repository: text(issue.repository.meaning),
  number: count(issue.number.meaning),
  title: Schema.NullOr(text(`${issue.title.meaning}; null until GitHub has been asked`))
}).annotations({ identifier: "IssueRef", description: "An issue as a list shows it" })
export interface IssueRef extends Schema.Schema.Type<typeof IssueRef> {}

/** Why an issue was cancelled, and the competition on it voided. */
export const reason = Schema.NullOr(CancelReason.annotations({ identifier: "CancelReason", description: issue.reason.meaning }))

/** How many validators attested a miner as enrolled or skipping. */
export const seenBy = {
  enrolledBy: count("the number of validators that saw it enrolled"),
  skippedBy: count("the number of validators that saw it skipping the issue")
}

export const provisional = (rating: string) => flag(`whether ${rating} rests on fewer than 10 rated matches in 60 days`)

/** An opaque position in a list. */
export const Cursor = Schema.String.pipe(
  Schema.pattern(/^[A-Za-z0-9_-]{1,400}$/, { message: () => "not a cursor: send the `next` of an answer" })
).annotations({
  identifier: "Cursor",
  title: "Cursor",
  description:
    "A place in a list: the sort keys of a page's last item, as opaque base64url text. Take it from `next` and send it as `cursor` with the same filters and the same order; a cursor of another list or order is refused. It does not expire. Rows that are added meanwhile move nothing: the next page begins after that item. `limit` may differ.",
  examples: ["WyJpc3N1ZXMiLCIyNSJd"]
})

export const next = Schema.NullOr(Cursor).annotations({ description: "the `cursor` of the next page; null on the last page" })

export const page = <A extends Schema.Schema.Any>(identifier: string, item: A) =>
  Schema.Struct({
    items: Schema.Array(item),
    next
  }).annotations({ identifier, description: "One page of a list" })

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | null
}

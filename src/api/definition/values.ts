/** What the API's fields are made of: how amounts, moments, ratings, sets of UIDs and accounts look in its JSON. Each says what it means. */
import { Schema } from "effect"
import { UID_LIMIT } from "../../domain/UidBitmap.ts"

/** The largest block number that the database holds. */
export const LARGEST_BLOCK = 2_147_483_647

export const text = (description: string) => Schema.String.annotations({ description })

export const flag = (description: string) => Schema.Boolean.annotations({ description })

/** Without the library's identifier, under which one description would stand for all. */
const Whole = Schema.Number.pipe(Schema.int())

export const count = (description: string) => Whole.pipe(Schema.nonNegative()).annotations({ description })

/** A whole number that JSON holds exactly. */
export const whole = (description: string) => Whole.annotations({ description })

export const number = (description: string) => Schema.Number.pipe(Schema.finite()).annotations({ description })

/** JSON as the chain's own words were written down. */
export const json = (description: string) => Schema.Unknown.annotations({ description })

/** Rao (10⁻⁹) as a decimal string: JSON's numbers are too small for it. */
export const amount = (description: string) =>
  Schema.transform(
    Schema.String.pipe(Schema.pattern(/^\d{1,30}$/)).annotations({ description: `${description}, in rao`, examples: ["100000000000"] }),
    Schema.BigIntFromSelf,
    { strict: true, decode: (digits) => BigInt(digits), encode: (rao) => rao.toString() }
  )

/** A rating in points; the contract's rules count in thousandths of one. */
export const rating = (description: string) => number(`${description}, in points`)

/** A share between 0 and 1, exact to a millionth. */
export const share = (description: string) => Schema.Number.pipe(Schema.between(0, 1)).annotations({ description })

export const uid = (description: string) => Whole.pipe(Schema.between(0, 65_535)).annotations({ description })

/** A set of UIDs, rising; the contract keeps it as a bitmap of 256 bits. */
export const uids = (description: string) =>
  Schema.Array(Whole.pipe(Schema.between(0, UID_LIMIT - 1))).annotations({ description: `${description}: UIDs, rising` })

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

export const block = count

/** A block and its time beside it. */
export const Moment = Schema.Struct({
  block: block("the block's number"),
  time: Schema.NullOr(time("the chain's clock in that block; null while it is not indexed, as a deadline that lies ahead"))
}).annotations({ identifier: "Moment", description: "A block and the chain's clock in it" })
export interface Moment extends Schema.Schema.Type<typeof Moment> {}

/** Which call of the contract caused something. */
export const CallRef = Schema.Struct({
  extrinsic: count("which extrinsic of the block"),
  position: Schema.NullOr(count("which of its calls of the contract; null where the chain does not say"))
}).annotations({ identifier: "CallRef", description: "The call that caused something, in the same block" })
export interface CallRef extends Schema.Schema.Type<typeof CallRef> {}

/** What a hotkey is called beside it. */
export const login = Schema.NullOr(text("its GitHub account's name, where that is proven"))

/** A miner as lists name it. */
export const MinerRef = Schema.Struct({
  hotkey: account("its hotkey"),
  uid: Schema.NullOr(uid("its UID now; null when it is not registered")),
  login,
  avatar: Schema.NullOr(text("that account's picture"))
}).annotations({ identifier: "MinerRef", description: "A miner, as far as a list shows it" })
export interface MinerRef extends Schema.Schema.Type<typeof MinerRef> {}

/** An issue as lists name it. */
export const IssueRef = Schema.Struct({
  id: count("the contract's number of the issue"),
  repository: text("owner/name on GitHub"),
  number: count("the issue's number in its repository"),
  title: Schema.NullOr(text("its title on GitHub; null while GitHub has not been asked"))
}).annotations({ identifier: "IssueRef", description: "An issue, as far as a list shows it" })
export interface IssueRef extends Schema.Schema.Type<typeof IssueRef> {}

/** One page of a list. */
export const page = <A extends Schema.Schema.Any>(identifier: string, item: A) =>
  Schema.Struct({
    items: Schema.Array(item),
    next: Schema.NullOr(text("what to send as `cursor` for the next page; null on the last"))
  }).annotations({ identifier, description: "One page of a list" })

export interface Page<A> {
  readonly items: ReadonlyArray<A>
  readonly next: string | null
}

/** What a page says about a match, to be checked: the same form in a link's fragment and in the JSON file that the page offers. */
import { Either, ParseResult, Schema } from "effect"
import { AccountAddress } from "../domain/Account.ts"
import { CancelReason } from "../domain/Competition.ts"

const Whole = Schema.Int.pipe(Schema.between(0, 2_147_483_647))
/** In rao; decimal digits in JSON. */
const Rao = Schema.transform(Schema.String.pipe(Schema.pattern(/^\d{1,20}$/)), Schema.BigIntFromSelf, {
  strict: true,
  decode: (digits) => BigInt(digits),
  encode: (rao) => rao.toString()
})
/** In thousandths of a point. */
const MilliPoints = Schema.Int

const Side = Schema.Struct({
  uid: Whole,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  /** At the round's first block; like all that may be null, not claimed if it is. */
  rating: Schema.NullOr(MilliPoints),
  /** Right after the end. */
  ratingAfter: Schema.NullOr(MilliPoints)
})

/** How the match ended, and in which block; named as the API names it. */
const End = Schema.Union(
  Schema.Struct({ status: Schema.Literal("Won"), at: Whole, winner: Schema.Literal("a", "b"), pullRequest: Whole }),
  Schema.Struct({ status: Schema.Literal("Unsolved"), at: Whole, slashA: Schema.Boolean, slashB: Schema.Boolean }),
  Schema.Struct({ status: Schema.Literal("Void"), at: Whole, reason: CancelReason }),
  Schema.Struct({ status: Schema.Literal("Expired"), at: Whole })
)

export const Claims = Schema.Struct({
  match: Whole,
  issue: Whole,
  startedAt: Whole,
  a: Side,
  b: Side,
  end: End,
  /** The votes that stood when the end was settled, and what each weighed then. `passed`: whether it was for what was settled. */
  votes: Schema.NullOr(
    Schema.Array(Schema.Struct({ validator: AccountAddress, since: Whole, weight: Rao, passed: Schema.Boolean })).pipe(
      Schema.filter((votes) => new Set(votes.map(({ validator }) => validator)).size === votes.length || "a validator votes twice")
    )
  ),
  /** What all validators weighed then; null after an end by expiry. */
  totalWeight: Schema.NullOr(Rao),
  /** The payment of the bounty, and the block with it; null if none was made. */
  payment: Schema.NullOr(Schema.Struct({ at: Whole, amount: Rao, coldkey: AccountAddress }))
}).annotations({ identifier: "Claims" })
export interface Claims extends Schema.Schema.Type<typeof Claims> {}

/** Where to look. Never part of the claims: who makes them must not choose the chain. */
export const Network = Schema.Struct({
  /** Addresses of nodes, ws:// or wss://: the first two are asked, and should be two operators'. */
  endpoints: Schema.Array(
    Schema.String.pipe(Schema.pattern(/^wss?:\/\//, { message: () => "an address of a node begins with wss:// or ws://" }))
  ),
  /** The hash of the chain's block 0. */
  genesis: Schema.String.pipe(
    Schema.pattern(/^0x[0-9a-f]{64}$/, { message: () => "the hash of the chain's block 0 is 0x and 64 hexadecimal digits" })
  ),
  contract: AccountAddress
})
export interface Network extends Schema.Schema.Type<typeof Network> {}

const saying = (error: ParseResult.ParseError): string =>
  ParseResult.ArrayFormatter.formatErrorSync(error)
    .map(({ message, path }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`))
    .join("; ")

const decodeNetwork = Schema.decodeUnknownEither(Network)

/** A network from JSON, or a sentence about what is wrong with it. */
export const readNetwork = (value: unknown): Either.Either<Network, string> => Either.mapLeft(decodeNetwork(value), saying)

const decode = Schema.decodeUnknownEither(Schema.parseJson(Claims))

/** Claims from JSON text; a sentence about what is wrong with it otherwise. */
export const readClaims = (json: string): Either.Either<Claims, string> => Either.mapLeft(decode(json), saying)

export const encodeClaims = Schema.encodeSync(Claims)

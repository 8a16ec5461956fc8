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
  /** At the round's first block. */
  rating: MilliPoints,
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
  votes: Schema.Array(Schema.Struct({ validator: AccountAddress, since: Whole, weight: Rao, passed: Schema.Boolean })),
  /** What all validators weighed then; null after an end by expiry. */
  totalWeight: Schema.NullOr(Rao),
  /** The payment of the bounty, and the block with it; null if none was made. */
  payment: Schema.NullOr(Schema.Struct({ at: Whole, amount: Rao, coldkey: AccountAddress }))
}).annotations({ identifier: "Claims" })
export interface Claims extends Schema.Schema.Type<typeof Claims> {}

/** Where to look. Never part of the claims: who makes them must not choose the chain. */
export interface Network {
  /** Addresses of nodes, ws:// or wss://: the first two are asked, and should be two operators'. */
  readonly endpoints: ReadonlyArray<string>
  /** The hash of the chain's block 0. */
  readonly genesis: string
  readonly contract: AccountAddress
}

const decode = Schema.decodeUnknownEither(Schema.parseJson(Claims))

/** Claims from JSON text; a sentence about what is wrong with it otherwise. */
export const readClaims = (json: string): Either.Either<Claims, string> =>
  Either.mapLeft(decode(json), (error) =>
    ParseResult.ArrayFormatter.formatErrorSync(error)
      .map(({ message, path }) => `${path.join(".")}: ${message}`)
      .join("; ")
  )

export const encodeClaims = Schema.encodeSync(Claims)

/** Sequences of steps on stake pools, recorded from Subtensor as lines of JSON. Amounts are rao. */
import { Either, ParseResult, Schema } from "effect"

const Natural = Schema.compose(
  Schema.String.pipe(Schema.pattern(/^\d{1,60}$/, { message: () => "a whole number is wanted, as a string of digits" })),
  Schema.BigInt
)

/** Shares in the present format: significand and exponent, meaning significand × 10^exponent. */
const PresentShares = Schema.Tuple(Natural, Schema.NumberFromString.pipe(Schema.int()))

const Holder = Schema.Struct({
  coldkey: Schema.String,
  stake: Natural,
  share: Schema.NullOr(PresentShares),
  legacyShare: Schema.NullOr(Natural)
})

const Pool = Schema.Struct({
  hotkey: Schema.String,
  total: Natural,
  shares: Schema.NullOr(PresentShares),
  legacyShares: Schema.NullOr(Natural),
  holders: Schema.Array(Holder)
})

const State = Schema.Struct({ alphaOut: Natural, pools: Schema.Array(Pool) })
export type State = typeof State.Type

/** `ok`, a return code of the chain extension, or the name of an ordinary call's error. */
const result = { result: Schema.String, state: State }
const position = { hotkey: Schema.String, coldkey: Schema.String, amount: Natural }
const called = { ...position, ...result, function: Schema.String }
const partOf = Schema.optional(Schema.Literal("deposit"))
const answer = Schema.optional(Schema.NullOr(Natural))

const Step = Schema.Union(
  Schema.Struct({ op: Schema.Literal("stake"), ...position, ...result }),
  Schema.Struct({ op: Schema.Literal("dividend"), hotkey: Schema.String, amount: Natural, ...result }),
  Schema.Struct({ op: Schema.Literal("take"), take: Natural, ...position, ...result }),
  Schema.Struct({ op: Schema.Literal("unstake"), ...called }),
  Schema.Struct({
    op: Schema.Literal("transfer"),
    ...called,
    toColdkey: Schema.String,
    partOf,
    given: Schema.optional(Schema.BigInt),
    arrived: Schema.optional(Schema.BigInt)
  }),
  Schema.Struct({
    op: Schema.Literal("move"),
    ...called,
    toHotkey: Schema.String,
    partOf,
    pooled: Schema.optional(Schema.BigInt),
    leftBehind: Schema.optional(Schema.BigInt)
  }),
  Schema.Struct({ op: Schema.Literal("recycle", "burn"), ...called, answer })
)
export type Step = typeof Step.Type

const Sequence = Schema.Struct({
  sequence: Schema.String,
  theme: Schema.String,
  taoReserve: Natural,
  alphaReserve: Natural,
  minimumAmount: Natural,
  start: State,
  steps: Schema.Array(Step)
})
export type Sequence = typeof Sequence.Type

const decode = Schema.decodeUnknownEither(Schema.parseJson(Sequence))

/** A line that is not a sequence. */
export class BadLine extends Schema.TaggedError<BadLine>()("BadLine", { line: Schema.Number, reason: Schema.String }) {
  override get message() {
    return `line ${this.line} is no recorded sequence: ${this.reason}`
  }
}

/** Parses a file's text. Empty lines are ignored. */
export const readSequences = (text: string): Either.Either<ReadonlyArray<Sequence>, BadLine> =>
  Either.all(
    text
      .split("\n")
      .map((line, index) => [line.trim(), index + 1] as const)
      .filter(([line]) => line !== "")
      .map(([line, number]) =>
        Either.mapLeft(decode(line), (error) => {
          const issues = ParseResult.ArrayFormatter.formatErrorSync(error)
          const [first] = issues
          const place = first === undefined || first.path.length === 0 ? "" : `${first.path.join(".")}: `
          return new BadLine({ line: number, reason: `${place}${first?.message ?? "it cannot be read"}` })
        })
      )
  )

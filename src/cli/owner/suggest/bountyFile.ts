/** The owner's file of bounties by label. */
import { Effect, ParseResult, Schema } from "effect"
import { formatAlpha, parseAlpha } from "../../../domain/Amount.ts"
import { InvalidInput } from "../../../domain/failures.ts"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { Contract } from "../../../layers/chain/contract/Contract.ts"
import { type BountyRules, problemIn } from "../../../roles/owner/rules/bountyPlan.ts"
import { parseJson, readText } from "../../shared/inputFile.ts"

const Amount = Schema.String.pipe(
  Schema.transformOrFail(Schema.BigIntFromSelf, {
    strict: true,
    decode: (text, _, ast) => Effect.mapError(parseAlpha(text), ({ message }) => new ParseResult.Type(ast, text, message)),
    encode: (rao) => Effect.succeed(formatAlpha(rao))
  })
)

const BountyFile = Schema.Struct({
  /** Maximum alpha that is registered in a week, such as `"500"`. */
  week: Amount,
  /** Bounty by label name: `{"bounty": "100"}`. */
  labels: Schema.Record({ key: Schema.NonEmptyString, value: Amount })
}).annotations({ parseOptions: { onExcessProperty: "error" } })

/** Reads the file, and checks it against the contract's bounds. */
export const readBounties = Effect.fn("readBounties")(function* (file: string) {
  const unusable = (reason: string) => new InvalidInput({ message: `the bounties ${file} can't be used: ${reason}` })
  const document = yield* Effect.flatMap(readText(file), parseJson).pipe(Effect.mapError(unusable))
  const { labels, week } = yield* Schema.decodeUnknown(BountyFile)(document).pipe(Effect.mapError((error) => unusable(problemOf(error))))
  const rules: BountyRules = { labels: new Map(Object.entries(labels)), week }
  if (rules.labels.size === 0) return yield* unusable('it names no label: write {"week": "500", "labels": {"bounty": "100"}}')
  const config = yield* (yield* Contract).config
  const problem = problemIn(rules, config)
  if (problem !== null) return yield* unusable(`the bounty of label "${problem.label}" is ${problem.why}`)
  return rules
})

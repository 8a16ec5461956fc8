/** Reads what a judge answered. */
import { Either, Schema } from "effect"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { Shares } from "../../../domain/quality/Duel.ts"

/** Characters that are kept of a judge's reason. */
const REASON = 2_000

const Answer = Schema.parseJson(Schema.Struct({ ...Shares.fields, reason: Schema.optionalWith(Schema.String, { default: () => "" }) }))
const decode = Schema.decodeUnknownEither(Answer)

export interface ReadAnswer {
  readonly shares: Shares
  readonly reason: string
}

/** Many models put a fence around JSON, whatever they are told. */
const FENCE = /^\s*```(?:json)?\s*\n([\s\S]*?)\n\s*```\s*$/

/** Left: why it is no answer, in words. Prose around an answer makes it none, because nobody knows which part is meant. */
export const readAnswer = (text: string): Either.Either<ReadAnswer, string> =>
  Either.mapBoth(decode(FENCE.exec(text)?.[1] ?? text), {
    onLeft: problemOf,
    onRight: ({ reason, ...shares }) => ({ shares, reason: reason.slice(0, REASON) })
  })

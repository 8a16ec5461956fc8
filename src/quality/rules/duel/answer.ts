/** Reads what a judge answered. */
import { Either, Schema } from "effect"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { MAX_NESTING, nestsDeeperThan } from "../../../domain/nesting.ts"
import { Shares } from "../../../domain/quality/Duel.ts"

/** Characters that are kept of a judge's reason. */
const REASON = 2_000

const Answer = Schema.parseJson(Schema.Struct({ ...Shares.fields, reason: Schema.optionalWith(Schema.String, { default: () => "" }) }))
const decode = Schema.decodeUnknownEither(Answer)

export interface ReadAnswer {
  readonly shares: Shares
  readonly reason: string
}

const FENCE = "```"

/**
 * What is inside of a fence; a text without one as it is. Many models put a fence around JSON, whatever they are told. Not a regular expression: a long answer of
 * blank lines would occupy one for minutes.
 */
const unfenced = (text: string): string => {
  const whole = text.trim()
  if (!whole.startsWith(FENCE) || !whole.endsWith(FENCE)) return text
  const inside = whole.slice(FENCE.length, -FENCE.length)
  const firstLine = inside.indexOf("\n")
  const kind = inside.slice(0, Math.max(0, firstLine)).trimEnd()
  const content = inside.slice(firstLine).trimEnd()
  const hasOwnLine = inside.indexOf("\n", firstLine + content.length) >= 0
  return firstLine >= 0 && hasOwnLine && (kind === "" || kind === "json") ? content : text
}

/** Left: why it is no answer, in words. Prose around an answer makes it none, because nobody knows which part is meant. */
export const readAnswer = (text: string): Either.Either<ReadAnswer, string> =>
  nestsDeeperThan(MAX_NESTING, text)
    ? Either.left("it is nested too deeply")
    : Either.mapBoth(decode(unfenced(text)), {
        onLeft: problemOf,
        onRight: ({ reason, ...shares }) => ({ shares, reason: reason.slice(0, REASON) })
      })

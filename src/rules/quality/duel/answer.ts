/** Parses a judge's answer. */
import { Either, Schema } from "effect"
import { problemOf } from "../../../domain/jsonProblem.ts"
import { MAX_NESTING, nestsDeeperThan } from "../../../domain/nesting.ts"
import { Shares } from "../../../domain/quality/Duel.ts"

/** Characters kept of a judge's reason. */
const REASON = 2_000

const Answer = Schema.parseJson(Schema.Struct({ ...Shares.fields, reason: Schema.optionalWith(Schema.String, { default: () => "" }) }))
const decode = Schema.decodeUnknownEither(Answer)

export interface ReadAnswer {
  readonly shares: Shares
  readonly reason: string
}

const CODE_FENCE = "```"

/**
 * The content of a Markdown code fence, or the text itself without one. Many models put JSON into a fence, whatever the prompt says. Not a regular
 * expression, because one would take minutes for a long answer of blank lines.
 */
const unfenced = (text: string): string => {
  const whole = text.trim()
  if (!whole.startsWith(CODE_FENCE) || !whole.endsWith(CODE_FENCE)) return text
  const inside = whole.slice(CODE_FENCE.length, -CODE_FENCE.length)
  const firstLine = inside.indexOf("\n")
  const kind = inside.slice(0, Math.max(0, firstLine)).trimEnd()
  const content = inside.slice(firstLine).trimEnd()
  const hasOwnLine = inside.indexOf("\n", firstLine + content.length) >= 0
  return firstLine >= 0 && hasOwnLine && (kind === "" || kind === "json") ? content : text
}

/** Left: why the answer is invalid. Prose around the JSON makes it invalid, because it is ambiguous which part counts. */
export const readAnswer = (text: string): Either.Either<ReadAnswer, string> =>
  nestsDeeperThan(MAX_NESTING, text)
    ? Either.left("it is nested too deeply")
    : Either.mapBoth(decode(unfenced(text)), {
        onLeft: problemOf,
        onRight: ({ reason, ...shares }) => ({ shares, reason: reason.slice(0, REASON) })
      })

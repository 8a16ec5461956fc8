/** The forms in which servers with OpenAI's `/v1/chat/completions` answer: a text, its parts or a stream of pieces, with thoughts before it or beside it; or an error. */
import * as Sse from "@effect/experimental/Sse"
import { Either, Option, Predicate, Schema } from "effect"
import { type Usage, usageIn } from "./usage.ts"

export interface Completion {
  readonly text: string | null
  /** Set when the model or its provider's filter refuses. */
  readonly refusal: string | null
  /** Whether the limit of its length cut it. */
  readonly isCut: boolean
  readonly usage: Usage
}

/** A server says status 200, and in its body that it failed. */
export interface ErrorInBody {
  /** As the status that it should have been; null where the server names none. */
  readonly status: number | null
  readonly usage: Usage
}

/** Pairs of marks between which models think aloud. */
const THOUGHTS = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<reasoning>", "</reasoning>"],
  ["<seed:think>", "</seed:think>"],
  ["[THINK]", "[/THINK]"],
  ["◁think▷", "◁/think▷"],
  ["<|channel|>analysis<|message|>", "<|channel|>final<|message|>"]
] as const

/**
 * What follows a text's leading thoughts. The mark that begins them may be missing, because some servers count it to the question. A text that begins as an answer
 * has none: what looks like a mark in it is quoted.
 */
export const withoutThoughts = (text: string): string => {
  const start = text.trimStart()
  if (start.startsWith("{") || start.startsWith("```")) return text
  for (const [begin, end] of THOUGHTS) {
    const at = start.indexOf(end)
    if (at >= 0 && (start.startsWith(begin) || THOUGHTS.every(([other]) => !start.startsWith(other)))) return start.slice(at + end.length)
  }
  return text
}

/** A text's parts put together; those that are thoughts, pictures or tools are left out. */
const textOf = (content: unknown, key: "text" | "refusal"): string => {
  if (typeof content === "string") return key === "text" ? content : ""
  if (!Array.isArray(content)) return ""
  return content
    .map((part: unknown) => {
      if (typeof part === "string") return key === "text" ? part : ""
      if (!Predicate.isReadonlyRecord(part)) return ""
      const { type = key } = part
      const said = part[key]
      return typeof said === "string" && (type === key || type === `output_${key}`) ? said : ""
    })
    .join("")
}

const Said = Schema.Struct({
  content: Schema.optional(Schema.Unknown),
  refusal: Schema.optional(Schema.NullOr(Schema.String)),
  reasoning_content: Schema.optional(Schema.Unknown),
  reasoning: Schema.optional(Schema.Unknown)
})
interface Said extends Schema.Schema.Type<typeof Said> {}

const Choice = Schema.Struct({
  finish_reason: Schema.optional(Schema.NullOr(Schema.String)),
  message: Schema.optional(Schema.NullOr(Said)),
  /** Instead of `message`, in a piece of a stream. */
  delta: Schema.optional(Schema.NullOr(Said)),
  error: Schema.optional(Schema.Unknown),
  usage: Schema.optional(Schema.Unknown)
})

const Body = Schema.parseJson(
  Schema.Struct({
    choices: Schema.optional(Schema.NullOr(Schema.Array(Choice))),
    error: Schema.optional(Schema.Unknown),
    usage: Schema.optional(Schema.Unknown)
  })
)
const decodeBody = Schema.decodeUnknownOption(Body)
type Body = typeof Body.Type

const CUT: ReadonlyArray<string> = ["length", "max_tokens", "model_length"]

const isSaid = (error: unknown): boolean =>
  (typeof error === "string" && error !== "") || (Predicate.isReadonlyRecord(error) && Object.keys(error).length > 0)

const OVERLOAD = /rate|quota|overload|capacity|busy|too.many/i
const LASTING = /auth|key|permission|credit|billing|balance|invalid|not.?found|context|moderation/i

const statusOf = (error: unknown): number | null => {
  if (!Predicate.isReadonlyRecord(error)) return null
  const names = [error.code, error.status, error.type]
  const status = names.map(Number).find((one) => one >= 400 && one < 600)
  if (status !== undefined) return status
  const words = names.filter(Predicate.isString).join(" ")
  return OVERLOAD.test(words) ? 429 : LASTING.test(words) ? 400 : null
}

/** The pieces of a stream, or the whole as one piece. */
const bodiesOf = (text: string): ReadonlyArray<Body> => {
  if (!/^\s*(?:data|event|id|retry)?:/.test(text)) return Option.toArray(decodeBody(text))
  const found: Array<Body> = []
  const parser = Sse.makeParser((event) => {
    if (event._tag === "Event") found.push(...Option.toArray(decodeBody(event.data)))
  })
  // Line by line: what it is given at once it reads from the beginning for each line.
  for (const line of text.trimStart().split(/\r\n|[\r\n]/)) parser.feed(`${line}\n`)
  parser.feed("\n")
  return found
}

/** The first choice of each piece, as if it had come at once. */
const whole = (bodies: ReadonlyArray<Body>) => {
  const choices = bodies.flatMap(({ choices }) => choices?.slice(0, 1) ?? [])
  const said = choices.flatMap(({ message, delta }) => message ?? delta ?? [])
  const joined = (text: (one: Said) => string) => said.map(text).join("")
  return {
    hasMessage: said.length > 0,
    content: joined(({ content }) => textOf(content, "text")),
    refusal: joined(({ refusal, content }) => refusal || textOf(content, "refusal")),
    thoughts: joined(({ reasoning_content, reasoning }) => textOf(reasoning_content ?? reasoning, "text")),
    finish: choices.findLast(({ finish_reason }) => finish_reason != null)?.finish_reason ?? null,
    error: [...bodies, ...choices].map(({ error }) => error).find(isSaid),
    usage: usageIn([...bodies, ...choices].map(({ usage }) => usage).findLast(Predicate.isReadonlyRecord))
  }
}

/** Reads a body of status 200. None: it is neither a completion nor an error. */
export const readBody = (text: string): Option.Option<Either.Either<Completion, ErrorInBody>> => {
  const { hasMessage, content, refusal, thoughts, finish, error, usage } = whole(bodiesOf(text))
  if (error !== undefined || finish === "error") return Option.some(Either.left({ status: statusOf(error), usage }))
  if (!hasMessage) return Option.none()
  const answer = withoutThoughts(content)
  return Option.some(
    Either.right({
      // A server that finds no end of the thoughts takes the whole answer for thoughts.
      text: answer.trim() === "" && thoughts !== "" ? withoutThoughts(thoughts) : answer,
      refusal: refusal !== "" ? refusal : finish === "content_filter" ? content : null,
      isCut: finish !== null && CUT.includes(finish),
      usage
    })
  )
}

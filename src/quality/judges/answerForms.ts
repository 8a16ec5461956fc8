/**
 * Parses the responses of servers with OpenAI's `/v1/chat/completions`: a text, content parts or streamed chunks, with reasoning before or beside the answer;
 * or an error.
 */
import * as Sse from "@effect/experimental/Sse"
import { Either, Option, Predicate, Schema } from "effect"
import { cutToLine } from "../../domain/quality/shownText.ts"
import { type Usage, usageIn } from "./usage.ts"

export interface Completion {
  readonly text: string | null
  /** Set if the model or the provider's filter refused. */
  readonly refusal: string | null
  /** Whether the token limit cut the answer. */
  readonly isCut: boolean
  /** How the server names the model that answered, at most 200 characters; null: it names none. */
  readonly model: string | null
  readonly usage: Usage
}

/** An error in the body of a response with status 200. */
export interface ErrorInBody {
  /** The status in the error; null: none. */
  readonly status: number | null
  readonly usage: Usage
}

/** Tags around the reasoning in a model's text. */
const REASONING_TAGS = [
  ["<think>", "</think>"],
  ["<thinking>", "</thinking>"],
  ["<thought>", "</thought>"],
  ["<reasoning>", "</reasoning>"],
  ["<seed:think>", "</seed:think>"],
  ["[THINK]", "[/THINK]"],
  ["◁think▷", "◁/think▷"],
  ["<|channel|>analysis<|message|>", "<|channel|>final<|message|>"]
] as const

const beginsAsAnswer = (text: string): boolean => /^\s*(?:\{|```)/.test(text)

/** The text behind an end of reasoning: the first behind which an answer begins, because both may quote the tag; otherwise the first. */
const behind = (text: string, end: string): string | undefined => {
  const [, ...rests] = text.split(end)
  const ends = rests.map((rest) => rest.length + end.length)
  let at = text.length - ends.reduce((sum, length) => sum + length, 0)
  for (const [index, rest] of rests.entries()) {
    if (beginsAsAnswer(rest)) return text.slice(at + end.length)
    at += ends[index] ?? 0
  }
  return rests.length === 0 ? undefined : text.slice(text.indexOf(end) + end.length)
}

/**
 * Removes leading reasoning from a text. The opening tag may be missing, because some servers count it as part of the prompt. A text that begins as an answer
 * has no reasoning: tags in it are quotations.
 */
export const withoutThoughts = (text: string): string => {
  const start = text.trimStart()
  if (beginsAsAnswer(start)) return text
  for (const [begin, end] of REASONING_TAGS) {
    if (!start.startsWith(begin) && REASONING_TAGS.some(([other]) => start.startsWith(other))) continue
    const found = behind(start, end)
    if (found !== undefined) return found
  }
  return text
}

/** Joins the text parts of a content. Reasoning, images and tool calls are left out. */
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
  /** In a streamed chunk, in place of `message`. */
  delta: Schema.optional(Schema.NullOr(Said)),
  error: Schema.optional(Schema.Unknown),
  usage: Schema.optional(Schema.Unknown)
})

const Body = Schema.parseJson(
  Schema.Struct({
    choices: Schema.optional(Schema.NullOr(Schema.Array(Choice))),
    error: Schema.optional(Schema.Unknown),
    usage: Schema.optional(Schema.Unknown),
    model: Schema.optional(Schema.Unknown)
  })
)
const decodeBody = Schema.decodeUnknownOption(Body)
type Body = typeof Body.Type

const CUT_SHORT: ReadonlyArray<string> = ["length", "max_tokens", "model_length"]

const isSaid = (error: unknown): boolean =>
  (typeof error === "string" && error !== "") || (Predicate.isReadonlyRecord(error) && Object.keys(error).length > 0)

const OVERLOAD = /rate|quota|overload|capacity|busy|too.many/i
const LASTING_ERROR = /auth|key|permission|credit|billing|balance|invalid|not.?found|context|moderation/i

const statusOf = (error: unknown): number | null => {
  if (!Predicate.isReadonlyRecord(error)) return null
  const names = [error.code, error.status, error.type]
  const status = names.map(Number).find((one) => one >= 400 && one < 600)
  if (status !== undefined) return status
  const words = names.filter(Predicate.isString).join(" ")
  return OVERLOAD.test(words) ? 429 : LASTING_ERROR.test(words) ? 400 : null
}

/** The chunks of a stream, or the whole body as one chunk. */
const bodiesOf = (text: string): ReadonlyArray<Body> => {
  if (!/^\s*(?:data|event|id|retry)?:/.test(text)) return Option.toArray(decodeBody(text))
  const found: Array<Body> = []
  const parser = Sse.makeParser((event) => {
    if (event._tag === "Event") found.push(...Option.toArray(decodeBody(event.data)))
  })
  // Fed line by line: the parser rescans its whole input for each line that it gets at once.
  for (const line of text.trimStart().split(/\r\n|[\r\n]/)) parser.feed(`${line}\n`)
  parser.feed("\n")
  return found
}

/** Joins the first choice of all chunks into one message. */
const joinChunks = (bodies: ReadonlyArray<Body>) => {
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
    model: bodies.map(({ model }) => model).find((model) => Predicate.isString(model) && model.trim() !== ""),
    usage: usageIn([...bodies, ...choices].map(({ usage }) => usage).findLast(Predicate.isReadonlyRecord))
  }
}

/** Parses a body with status 200. None: neither a completion nor an error. */
export const readBody = (text: string): Option.Option<Either.Either<Completion, ErrorInBody>> => {
  const { hasMessage, content, refusal, thoughts, finish, error, model, usage } = joinChunks(bodiesOf(text))
  if (error !== undefined || finish === "error") return Option.some(Either.left({ status: statusOf(error), usage }))
  if (!hasMessage) return Option.none()
  const answer = withoutThoughts(content)
  return Option.some(
    Either.right({
      // A server that misses the end of the reasoning returns the whole answer as reasoning.
      text: answer.trim() === "" && thoughts !== "" ? withoutThoughts(thoughts) : answer,
      refusal: refusal !== "" ? refusal : finish === "content_filter" ? content : null,
      isCut: finish !== null && CUT_SHORT.includes(finish),
      model: Predicate.isString(model) ? cutToLine(model.trim(), 200) : null,
      usage
    })
  )
}

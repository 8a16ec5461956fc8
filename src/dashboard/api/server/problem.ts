/** Error responses in the API's single shape, from anywhere in the server. */
import * as HttpApiError from "@effect/platform/HttpApiError"
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import { type ParseResult, Schema } from "effect"
import { ApiError, BadRequest } from "../definition/errors.ts"

const statusOf = new Map(ApiError.members.map((member) => [member._tag, HttpApiSchema.getStatusErrorAST(member.ast)]))
const encode = Schema.encodeSync(ApiError)

export const problem = (error: ApiError, headers: Readonly<Record<string, string>> = {}): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.unsafeJson(encode(error), {
    status: statusOf.get(error._tag) ?? 500,
    headers: { "cache-control": "no-store", ...headers }
  })

/** Maximum length of a message about a parameter, which may quote the client's input. */
const LONGEST_MESSAGE = 200
const shortenedMessage = (text: string) => (text.length > LONGEST_MESSAGE ? `${text.slice(0, LONGEST_MESSAGE)}…` : text)

/** Start of the message for an optional parameter's absent branch, which is of no use to clients. */
const OPTIONAL_BRANCH = "Expected undefined, actual"

const placeOf = ({ path }: ParseResult.ArrayFormatterIssue) => (path.length === 0 ? "request" : path.map(String).join("."))

/** Converts @effect/platform's decoding error to our shape. */
export const badParameters = ({ issues }: HttpApiError.HttpApiDecodeError): BadRequest => {
  const details = issues
    .filter(({ message }) => !message.startsWith(OPTIONAL_BRANCH))
    .slice(0, 20)
    .map((issue) => ({ at: placeOf(issue), message: shortenedMessage(issue.message) }))
  const places = [...new Set(details.map(({ at }) => at))]
  return new BadRequest({ message: `invalid parameters: ${places.join(", ")}`, details })
}

export const isDecodeError = (error: unknown): error is HttpApiError.HttpApiDecodeError => error instanceof HttpApiError.HttpApiDecodeError

/** The API's errors. All have one shape: a tag, a message and, for a bad request, the invalid parameters. */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import { Schema } from "effect"

const Detail = Schema.Struct({
  at: Schema.String.annotations({ description: "the invalid parameter" }),
  message: Schema.String.annotations({ description: "why it is invalid" })
}).annotations({ identifier: "ErrorDetail", description: "An invalid parameter" })

const fields = {
  message: Schema.String.annotations({ description: "what happened and what to do" }),
  details: Schema.Array(Detail).annotations({ description: "the invalid parameters of a bad request; empty for other errors" })
}

const apiError =
  <Self>() =>
  <Tag extends string>(tag: Tag, status: number, description: string) =>
    Schema.TaggedError<Self>()(tag, fields, HttpApiSchema.annotations({ status, description }))

export class BadRequest extends apiError<BadRequest>()("BadRequest", 400, "A parameter is invalid") {}
export class NotFound extends apiError<NotFound>()("NotFound", 404, "There is nothing with this id or address") {}
export class MethodNotAllowed extends apiError<MethodNotAllowed>()(
  "MethodNotAllowed",
  405,
  "The API is read-only: GET, HEAD and OPTIONS"
) {}
export class PayloadTooLarge extends apiError<PayloadTooLarge>()("PayloadTooLarge", 413, "A GET request must have no body") {}
export class UriTooLong extends apiError<UriTooLong>()("UriTooLong", 414, "The address is too long") {}
export class TooManyRequests extends apiError<TooManyRequests>()(
  "TooManyRequests",
  429,
  "This client sent too many requests; Retry-After says when to try again"
) {}
export class InternalError extends apiError<InternalError>()("InternalError", 500, "Internal error of the server") {}
export class Unavailable extends apiError<Unavailable>()("Unavailable", 503, "The database is unavailable; try again") {}

export const ApiError = Schema.Union(
  BadRequest,
  NotFound,
  MethodNotAllowed,
  PayloadTooLarge,
  UriTooLong,
  TooManyRequests,
  InternalError,
  Unavailable
)
export type ApiError = typeof ApiError.Type

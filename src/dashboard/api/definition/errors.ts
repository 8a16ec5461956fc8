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

export class BadRequest extends Schema.TaggedError<BadRequest>()(
  "BadRequest",
  fields,
  HttpApiSchema.annotations({ status: 400, description: "A parameter is invalid" })
) {}

export class NotFound extends Schema.TaggedError<NotFound>()(
  "NotFound",
  fields,
  HttpApiSchema.annotations({ status: 404, description: "There is nothing with this id or address" })
) {}

export class MethodNotAllowed extends Schema.TaggedError<MethodNotAllowed>()(
  "MethodNotAllowed",
  fields,
  HttpApiSchema.annotations({ status: 405, description: "The API is read-only: GET, HEAD and OPTIONS" })
) {}

export class PayloadTooLarge extends Schema.TaggedError<PayloadTooLarge>()(
  "PayloadTooLarge",
  fields,
  HttpApiSchema.annotations({ status: 413, description: "A GET request must have no body" })
) {}

export class UriTooLong extends Schema.TaggedError<UriTooLong>()(
  "UriTooLong",
  fields,
  HttpApiSchema.annotations({ status: 414, description: "The address is too long" })
) {}

export class TooManyRequests extends Schema.TaggedError<TooManyRequests>()(
  "TooManyRequests",
  fields,
  HttpApiSchema.annotations({ status: 429, description: "This client sent too many requests; Retry-After says when to try again" })
) {}

export class InternalError extends Schema.TaggedError<InternalError>()(
  "InternalError",
  fields,
  HttpApiSchema.annotations({ status: 500, description: "Internal error of the server" })
) {}

export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  fields,
  HttpApiSchema.annotations({ status: 503, description: "The database is unavailable; try again" })
) {}

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

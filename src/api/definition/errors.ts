/** Every error of the API has one shape: what happened, in a word and in a sentence, and for a bad request what is wrong where. */
import * as HttpApiSchema from "@effect/platform/HttpApiSchema"
import { Schema } from "effect"

const Detail = Schema.Struct({
  at: Schema.String.annotations({ description: "the parameter that is wrong" }),
  message: Schema.String.annotations({ description: "what is wrong with it" })
}).annotations({ identifier: "ErrorDetail", description: "What is wrong with a parameter" })

const fields = {
  message: Schema.String.annotations({ description: "what happened, and what to do" }),
  details: Schema.Array(Detail).annotations({ description: "what is wrong where; empty for all but bad requests" })
}

export class BadRequest extends Schema.TaggedError<BadRequest>()(
  "BadRequest",
  fields,
  HttpApiSchema.annotations({ status: 400, description: "A parameter is malformed" })
) {}

export class NotFound extends Schema.TaggedError<NotFound>()(
  "NotFound",
  fields,
  HttpApiSchema.annotations({ status: 404, description: "There is no such thing here" })
) {}

export class MethodNotAllowed extends Schema.TaggedError<MethodNotAllowed>()(
  "MethodNotAllowed",
  fields,
  HttpApiSchema.annotations({ status: 405, description: "The API is read-only: GET, HEAD and OPTIONS" })
) {}

export class PayloadTooLarge extends Schema.TaggedError<PayloadTooLarge>()(
  "PayloadTooLarge",
  fields,
  HttpApiSchema.annotations({ status: 413, description: "A GET has no body" })
) {}

export class UriTooLong extends Schema.TaggedError<UriTooLong>()(
  "UriTooLong",
  fields,
  HttpApiSchema.annotations({ status: 414, description: "The address is too long" })
) {}

export class TooManyRequests extends Schema.TaggedError<TooManyRequests>()(
  "TooManyRequests",
  fields,
  HttpApiSchema.annotations({ status: 429, description: "This client asked too often; Retry-After says when to come back" })
) {}

export class InternalError extends Schema.TaggedError<InternalError>()(
  "InternalError",
  fields,
  HttpApiSchema.annotations({ status: 500, description: "A mistake of this server" })
) {}

export class Unavailable extends Schema.TaggedError<Unavailable>()(
  "Unavailable",
  fields,
  HttpApiSchema.annotations({ status: 503, description: "The database cannot be asked now; try again" })
) {}

/** Any of them. */
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

/** One kind of request to an axon: a name, which is its path, and the fields of its JSON body. */
import { Either } from "effect"
import type { PythonValue } from "./python.ts"

export interface Synapse {
  readonly name: string
  /** In the order in which the body hash covers them. */
  readonly fields: ReadonlyArray<string>
  /** Whether the signature covers the fields. Ours all do; some older synapses hash none. Default true. */
  readonly hashed?: boolean
  /** The longest body in bytes. Default `SHORT_BODY`. */
  readonly maxBytes?: number
}

/** Ten times the longest message of a miner, in bytes: that has two kilobytes, and a dendrite adds one. */
export const SHORT_BODY = 32_768

export type Body = { readonly [field: string]: PythonValue }

/** A synapse's fields as pairs, for a request. */
export const fieldsOf = ({ fields }: Synapse, body: Body): ReadonlyArray<readonly [string, PythonValue]> =>
  fields.map((field) => [field, body[field] ?? null])

/** The values that the body hash covers. */
export const hashedOf = ({ hashed = true }: Synapse, fields: ReadonlyArray<readonly [string, PythonValue]>): ReadonlyArray<PythonValue> =>
  hashed ? fields.map(([, value]) => value) : []

/** Checks that a body is a JSON object with all of the synapse's fields. The error is a sentence. */
export const readBody = ({ fields }: Synapse, value: PythonValue): Either.Either<Body, string> => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return Either.left("the body is not a JSON object")
  // Array.isArray does not narrow a readonly array away.
  const body = value as Body
  const missing = fields.find((field) => !Object.hasOwn(body, field))
  return missing === undefined ? Either.right(body) : Either.left(`the field "${missing}" is missing`)
}

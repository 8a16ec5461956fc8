/** Named bytes in a folder or in a bucket. An object is replaced atomically: a reader gets the old bytes or the new ones. */
import { type Effect, type Option, Schema } from "effect"

/** The folder or the bucket cannot be used, at present or ever; `hint`: advice. */
export class ObjectsUnavailable extends Schema.TaggedError<ObjectsUnavailable>()("ObjectsUnavailable", {
  where: Schema.String,
  operation: Schema.String,
  reason: Schema.String,
  hint: Schema.String
}) {
  override get message() {
    return `${this.where} can't be used to ${this.operation}: ${this.reason}${this.hint === "" ? "" : `; ${this.hint}`}`
  }
}

export class ObjectTooLarge extends Schema.TaggedError<ObjectTooLarge>()("ObjectTooLarge", {
  where: Schema.String,
  key: Schema.String,
  limit: Schema.Number
}) {
  override get message() {
    return `${this.key} in ${this.where} has more than ${this.limit} bytes`
  }
}

export interface StoredObject {
  readonly key: string
  readonly bytes: number
  /** When it was last written, in milliseconds since 1970. */
  readonly changedAt: number
}

/** Headers that a bucket serves with an object. A folder stores none of them. */
export interface ObjectHeaders {
  readonly contentType: string
  readonly cacheControl: string
}

export interface ObjectStore {
  /** The folder, or the address `s3://bucket/prefix`. */
  readonly where: string
  readonly put: (key: string, bytes: Uint8Array, headers: ObjectHeaders) => Effect.Effect<void, ObjectsUnavailable>
  /** None: there is no object of that name. `limit`: the most bytes. */
  readonly get: (key: string, limit: number) => Effect.Effect<Option.Option<Uint8Array>, ObjectsUnavailable | ObjectTooLarge>
  readonly has: (key: string) => Effect.Effect<boolean, ObjectsUnavailable>
  /** A missing object is no failure. */
  readonly remove: (keys: ReadonlyArray<string>) => Effect.Effect<void, ObjectsUnavailable>
  /** All objects, in no particular order. */
  readonly list: Effect.Effect<ReadonlyArray<StoredObject>, ObjectsUnavailable>
}

/** Keys that need no escaping in a path, a URL or XML, and contain no `..` segments. */
const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/

export const isKey = (text: string): boolean => text.length <= 500 && KEY.test(text)

/** Checks a key that the program made. Any other text is a defect. */
export const checkedKey = (key: string): string => {
  if (!isKey(key)) throw new TypeError(`"${key}" is not a key of an object`)
  return key
}

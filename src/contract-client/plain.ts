/**
 * Converts between polkadot.js' decoded values and plain ones. u8 to u32 become numbers, larger integers bigints, accounts SS58 addresses, bytes
 * hexadecimal text, options null or the value, structs objects, and enums objects whose `_tag` names the variant. An unnamed field of a variant
 * becomes `value`, as do both sides of a result.
 */
import type { Codec } from "@polkadot/types-codec/types"
import { Predicate } from "effect"

/** The properties that distinguish polkadot.js' classes. Importing the classes would slow down every start. */
interface Shape extends Codec {
  readonly isSome?: boolean
  readonly unwrap?: () => Codec
  readonly isOk?: boolean
  readonly type?: string
  readonly inner?: Codec
  readonly toBigInt?: () => bigint
}

/** Integer types that fit into a number without loss. */
const SMALL_INTEGERS = new Set(["u8", "u16", "u32"])

export const toPlain = (codec: Codec): unknown => {
  if (codec instanceof Map) return Object.fromEntries([...codec].map(([name, value]) => [name, toPlain(value)]))
  if (Array.isArray(codec)) return Array.from(codec, toPlain)
  if (codec instanceof Uint8Array) return codec.toRawType() === "AccountId" ? codec.toString() : codec.toHex()
  if (codec instanceof String) return codec.toString()
  if (codec instanceof Boolean) return codec.valueOf()
  const shape: Shape = codec
  if (shape.isSome !== undefined && shape.unwrap !== undefined) return shape.isSome ? toPlain(shape.unwrap()) : null
  if (shape.toBigInt !== undefined) return SMALL_INTEGERS.has(shape.toRawType()) ? Number(shape.toBigInt()) : shape.toBigInt()
  if (shape.type === undefined || shape.inner === undefined) return null
  return shape.isOk === undefined ? tagged(shape.type, shape.inner) : { _tag: shape.type, value: toPlain(shape.inner) }
}

const tagged = (variant: string, inner: Codec): unknown => {
  if (inner instanceof Map) return { _tag: variant, ...Object.fromEntries([...inner].map(([name, value]) => [name, toPlain(value)])) }
  const value = toPlain(inner)
  return value === null ? { _tag: variant } : { _tag: variant, value }
}

/** The input that polkadot.js takes to encode a plain value. */
export const fromPlain = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(fromPlain)
  if (!Predicate.isReadonlyRecord(value)) return value
  const { _tag, ...fields } = value
  if (typeof _tag !== "string") return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, fromPlain(field)]))
  return { [_tag]: "value" in fields ? fromPlain(fields.value) : Object.keys(fields).length === 0 ? null : fromPlain(fields) }
}

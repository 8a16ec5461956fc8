/**
 * SCALE by a type registry, as in the metadata of contracts and runtimes. Decoders and encoders are built once and then take microseconds, while
 * polkadot.js' classes take a millisecond per value. Values have the form of src/contract-client/plain.ts.
 */
import { Schema } from "effect"
import { compact, concat, lengthPrefixed, ScaleReader, unsigned } from "../../../../lab/devnet/chain/codec/scale.ts"
import { type AccountAddress, fromPublicKey, toPublicKey } from "../../../../src/domain/Account.ts"

const Field = Schema.Struct({ name: Schema.optional(Schema.NullOr(Schema.String)), type: Schema.Number })
const Fields = Schema.optional(Schema.Array(Field))
const Definition = Schema.Struct({
  composite: Schema.optional(Schema.Struct({ fields: Fields })),
  variant: Schema.optional(
    Schema.Struct({
      variants: Schema.optional(Schema.Array(Schema.Struct({ name: Schema.String, index: Schema.Number, fields: Fields })))
    })
  ),
  sequence: Schema.optional(Schema.Struct({ type: Schema.Number })),
  array: Schema.optional(Schema.Struct({ len: Schema.Number, type: Schema.Number })),
  tuple: Schema.optional(Schema.Array(Schema.Number)),
  primitive: Schema.optional(Schema.String),
  compact: Schema.optional(Schema.Struct({ type: Schema.Number })),
  bitSequence: Schema.optional(Schema.Unknown)
})

/** A registry of types in JSON. */
export const Types = Schema.Array(
  Schema.Struct({
    id: Schema.Number,
    type: Schema.Struct({
      path: Schema.optional(Schema.Array(Schema.String)),
      params: Schema.optional(Schema.Array(Schema.Struct({ name: Schema.String, type: Schema.optional(Schema.NullOr(Schema.Number)) }))),
      def: Definition
    })
  })
)
export type Types = typeof Types.Type

type Decode = (reader: ScaleReader) => unknown
type Encode = (value: unknown) => Uint8Array

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

const addresses = new Map<string, AccountAddress>()
const addressOf = (bytes: Uint8Array): AccountAddress => {
  const hex = bytes.toHex()
  const known = addresses.get(hex)
  if (known !== undefined) return known
  const made = fromPublicKey(bytes)
  addresses.set(hex, made)
  return made
}

const keys = new Map<string, Uint8Array>()
const publicKeyOf = (address: string): Uint8Array => {
  const known = keys.get(address)
  if (known !== undefined) return known
  const made = toPublicKey(address as AccountAddress) // what is no address is a defect that this throws
  keys.set(address, made)
  return made
}

const widths: Readonly<Record<string, number>> = {
  u8: 1,
  u16: 2,
  u32: 4,
  u64: 8,
  u128: 16,
  i8: 1,
  i16: 2,
  i32: 4,
  i64: 8,
  i128: 16,
  u256: 32
}

const record = (value: unknown): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null) throw new TypeError(`${String(value)} is no record`)
  return value as Readonly<Record<string, unknown>> // an object's members are looked at one by one
}

/** Reads and writes the types of a registry. */
export interface Codec {
  readonly decode: (type: number, reader: ScaleReader) => unknown
  /** The value of exactly these bytes. */
  readonly decodeAll: (type: number, bytes: Uint8Array) => unknown
  readonly encode: (type: number, value: unknown) => Uint8Array
  /** The type parameters of a generic type, by name. */
  readonly parameters: (type: number) => Readonly<Record<string, number>>
}

export const makeCodec = (types: Types): Codec => {
  const byId = new Map(types.map(({ id, type }) => [id, type]))
  const typeOf = (id: number) => {
    const found = byId.get(id)
    if (found === undefined) throw new Error(`no type ${id}`)
    return found
  }
  const decoders = new Map<number, Decode>()
  const encoders = new Map<number, Encode>()

  const fieldsDecoder = (fields: ReadonlyArray<typeof Field.Type>): Decode => {
    const [only] = fields
    if (only === undefined) return () => null
    if (only.name === undefined || only.name === null) {
      if (fields.length === 1) return decoderOf(only.type)
      const parts = fields.map(({ type }) => decoderOf(type))
      return (reader) => parts.map((part) => part(reader))
    }
    const named = fields.map(({ name, type }) => [camel(name ?? ""), decoderOf(type)] as const)
    return (reader) => {
      const made: Record<string, unknown> = {}
      for (const [name, part] of named) made[name] = part(reader)
      return made
    }
  }

  const variantDecoder = (id: number): Decode => {
    const { def, path } = typeOf(id)
    const variants = new Map(
      (def.variant?.variants ?? []).map(({ name, index, fields = [] }) => [index, { name, fields, decode: fieldsDecoder(fields) }])
    )
    const read = (reader: ScaleReader) => {
      const index = reader.u8()
      const found = variants.get(index)
      if (found === undefined) throw new RangeError(`${path?.join("::")} has no variant ${index}`)
      return found
    }
    if (path?.join("::") === "Option") {
      return (reader) => {
        const { name, decode } = read(reader)
        return name === "None" ? null : decode(reader)
      }
    }
    const always = path?.join("::") === "Result"
    return (reader) => {
      const { name, fields, decode } = read(reader)
      const value = decode(reader)
      if (fields.length === 0) return { _tag: name }
      if (typeof fields[0]?.name === "string") return { _tag: name, ...record(value) }
      return value === null && !always ? { _tag: name } : { _tag: name, value }
    }
  }

  const makeDecoder = (id: number): Decode => {
    const { def, path } = typeOf(id)
    const last = path?.at(-1)
    if (last === "AccountId" || last === "AccountId32") return (reader) => addressOf(reader.take(32))
    if (def.composite !== undefined) return fieldsDecoder(def.composite.fields ?? [])
    if (def.variant !== undefined) return variantDecoder(id)
    if (def.sequence !== undefined || def.array !== undefined) {
      const inner = def.sequence?.type ?? def.array?.type ?? 0
      const fixed = def.array?.len
      if (typeOf(inner).def.primitive?.toLowerCase() === "u8") {
        return (reader) => `0x${(fixed === undefined ? reader.lengthPrefixed() : reader.take(fixed)).toHex()}`
      }
      const decode = decoderOf(inner)
      return (reader) => Array.from({ length: fixed ?? Number(reader.compact()) }, () => decode(reader))
    }
    if (def.tuple !== undefined) {
      if (def.tuple.length === 0) return () => null
      const parts = def.tuple.map(decoderOf)
      return (reader) => parts.map((part) => part(reader))
    }
    if (def.compact !== undefined) return (reader) => reader.compact()
    const primitive = def.primitive?.toLowerCase() ?? ""
    if (primitive === "bool") return (reader) => reader.u8() !== 0
    if (primitive === "str") return (reader) => reader.text()
    const width = widths[primitive]
    if (width === undefined) throw new Error(`type ${id} (${JSON.stringify(def)}) can't be read`)
    return width <= 4 ? (reader) => Number(reader.unsigned(width)) : (reader) => reader.unsigned(width)
  }

  /** Built on first use, so that types may refer to each other. */
  const decoderOf = (id: number): Decode => {
    return (reader) => {
      let decode = decoders.get(id)
      if (decode === undefined) {
        decode = makeDecoder(id)
        decoders.set(id, decode)
      }
      return decode(reader)
    }
  }

  const fieldsEncoder = (fields: ReadonlyArray<typeof Field.Type>): Encode => {
    const [only] = fields
    if (only === undefined) return () => new Uint8Array()
    if (only.name === undefined || only.name === null) return encoderOf(only.type)
    const named = fields.map(({ name, type }) => [camel(name ?? ""), encoderOf(type)] as const)
    return (value) => concat(named.map(([name, encode]) => encode(record(value)[name])))
  }

  const makeEncoder = (id: number): Encode => {
    const { def, path } = typeOf(id)
    if (path?.at(-1) === "AccountId") return (value) => publicKeyOf(String(value))
    if (def.composite !== undefined) return fieldsEncoder(def.composite.fields ?? [])
    if (def.variant !== undefined) {
      const variants = new Map(
        (def.variant.variants ?? []).map(({ name, index, fields = [] }) => [name, { index, fields, encode: fieldsEncoder(fields) }])
      )
      const put = (name: string, value: unknown) => {
        const found = variants.get(name)
        if (found === undefined) throw new RangeError(`${path?.join("::")} has no variant ${name}`)
        const inner =
          typeof found.fields[0]?.name === "string" || found.fields.length === 0 || path?.join("::") === "Option"
            ? value
            : record(value).value
        return concat([new Uint8Array([found.index]), found.encode(inner)])
      }
      if (path?.join("::") === "Option") return (value) => (value === null ? put("None", null) : put("Some", value))
      return (value) => put(String(record(value)._tag), value)
    }
    if (def.sequence !== undefined || def.array !== undefined) {
      const inner = def.sequence?.type ?? def.array?.type ?? 0
      const list = def.sequence !== undefined
      if (typeOf(inner).def.primitive?.toLowerCase() === "u8") {
        return (value) => {
          const bytes = Uint8Array.fromHex(String(value).slice(2))
          return list ? lengthPrefixed(bytes) : bytes
        }
      }
      const encode = encoderOf(inner)
      return (value) => {
        if (!Array.isArray(value)) throw new TypeError("no list")
        return concat([...(list ? [compact(value.length)] : []), ...value.map(encode)])
      }
    }
    if (def.tuple !== undefined) {
      const parts = def.tuple.map(encoderOf)
      return (value) => concat(parts.map((part, index) => part(Array.isArray(value) ? value[index] : undefined)))
    }
    const primitive = def.primitive?.toLowerCase() ?? ""
    if (primitive === "bool") return (value) => new Uint8Array([value === true ? 1 : 0])
    if (primitive === "str") return (value) => lengthPrefixed(new TextEncoder().encode(String(value)))
    const width = widths[primitive]
    if (width === undefined) throw new Error(`type ${id} can't be written`)
    return (value) => {
      if (typeof value !== "number" && typeof value !== "bigint") throw new TypeError(`${String(value)} is no number`)
      return unsigned(value, width)
    }
  }

  const encoderOf = (id: number): Encode => {
    return (value) => {
      let encode = encoders.get(id)
      if (encode === undefined) {
        encode = makeEncoder(id)
        encoders.set(id, encode)
      }
      return encode(value)
    }
  }

  return {
    decode: (type, reader) => decoderOf(type)(reader),
    decodeAll: (type, bytes) => {
      const reader = new ScaleReader(bytes)
      const value = decoderOf(type)(reader)
      if (reader.remaining > 0) throw new RangeError(`${reader.remaining} of ${bytes.length} bytes are left over`)
      return value
    },
    encode: (type, value) => encoderOf(type)(value),
    parameters: (type) =>
      Object.fromEntries((typeOf(type).params ?? []).flatMap(({ name, type }) => (typeof type === "number" ? [[name, type]] : [])))
  }
}

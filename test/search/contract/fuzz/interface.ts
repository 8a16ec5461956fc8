/** Encodes and decodes the contract's messages, answers, events and cells, by its metadata and the runtime's. */
import { Schema } from "effect"
import type { BareHex } from "../../../../lab/devnet/chain/codec/hex.ts"
import { concat, ScaleReader } from "../../../../lab/devnet/chain/codec/scale.ts"
import artifact from "../../../../src/contract-client/artifact.generated.json"
import { type MessageName, messages } from "../../../../src/contract-client/generated.ts"
import { type Codec, makeCodec, Types } from "./scale.ts"
import type { Stage } from "./stage.ts"

const Typed = Schema.Struct({ label: Schema.String, type: Schema.Struct({ type: Schema.Number }) })
const Artifact = Schema.Struct({
  spec: Schema.Struct({
    messages: Schema.Array(
      Schema.Struct({
        label: Schema.String,
        selector: Schema.String,
        args: Schema.Array(Typed),
        returnType: Schema.Struct({ type: Schema.Number })
      })
    ),
    events: Schema.Array(Schema.Struct({ label: Schema.String, signature_topic: Schema.String, args: Schema.Array(Typed) }))
  }),
  storage: Schema.Struct({
    root: Schema.Struct({
      root_key: Schema.String,
      ty: Schema.Number,
      layout: Schema.Struct({
        struct: Schema.Struct({ fields: Schema.Array(Schema.Struct({ name: Schema.String, layout: Schema.Unknown })) })
      })
    })
  }),
  types: Types
})

const Root = Schema.Struct({ root: Schema.Struct({ root_key: Schema.String, ty: Schema.Number }) })
const isRoot = Schema.is(Root)

const camel = (name: string) => name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())

/** A cell's place in the contract's storage: the field's name, and for a mapping the key. */
export interface Place {
  readonly field: string
  readonly key: unknown
}

export interface Interface {
  readonly encodeMessage: (name: MessageName, args: object) => Uint8Array
  /** `Ok` or `Err` with the message's declared types. A view that cannot refuse returns `Ok`. */
  readonly decodeAnswer: (name: MessageName, bytes: Uint8Array) => unknown
  /** The contract's events in the runtime's event records. */
  readonly decodeEvents: (reader: ScaleReader, contract: string) => ReadonlyArray<unknown>
  /** An error by name: the contracts pallet's own, or its kind. */
  readonly readDispatchError: (reader: ScaleReader) => string
  /** The place of a cell, by its key in the contract's trie. */
  readonly placeOf: (key: BareHex) => Place
  /** A cell's value. The root cell's is a record of all plain fields. */
  readonly decodeCell: (place: Place, bytes: Uint8Array) => unknown
}

/** The pseudo-field for all values stored together in the root cell. */
export const ROOT = "root"

const record = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {} // members are looked at one by one

export const makeInterface = (stage: Pick<Stage, "runtimeTypes" | "eventsType" | "dispatchErrorType">): Interface => {
  const { spec, storage, types } = Schema.decodeUnknownSync(Artifact)(artifact)
  const codec: Codec = makeCodec(types)
  const runtime = makeCodec(stage.runtimeTypes)
  const contractsErrors =
    stage.runtimeTypes.find(({ type }) => type.path?.join("::") === "pallet_contracts::pallet::Error")?.type.def.variant?.variants ?? []

  const byName = new Map(
    spec.messages.map(({ args, label, returnType, selector }) => [
      camel(label),
      {
        selector: Uint8Array.fromHex(selector.slice(2)),
        args: args.map(({ label, type }) => [camel(label), type.type] as const),
        returns: returnType.type
      }
    ])
  )
  const messageOf = (name: MessageName) => {
    const found = byName.get(name)
    if (found === undefined) throw new Error(`the contract has no message ${name}`)
    return found
  }
  const bySignature = new Map(
    spec.events.map(({ args, label, signature_topic }) => [
      signature_topic,
      { label, fields: args.map(({ label, type }) => [camel(label), type.type] as const) }
    ])
  )

  const roots = new Map(
    storage.root.layout.struct.fields.flatMap(({ layout, name }) => {
      if (!isRoot(layout)) return []
      const { K, V } = codec.parameters(layout.root.ty)
      if (V === undefined) throw new Error(`the storage's field ${name} has no type`)
      return [[layout.root.root_key.slice(2), { field: camel(name), key: K, value: V }] as const]
    })
  )
  const values = new Map([...roots.values()].map(({ field, value }) => [field, value]))
  const rootKey = storage.root.root_key.slice(2)
  const places = new Map<BareHex, Place>()

  return {
    encodeMessage: (name, args) => {
      const message = messageOf(name)
      return concat([message.selector, ...message.args.map(([label, type]) => codec.encode(type, record(args)[label]))])
    },
    decodeAnswer: (name, bytes) => {
      const outer = record(codec.decodeAll(messageOf(name).returns, bytes))
      if (outer._tag !== "Ok") throw new Error(`${name} is unknown to the contract`)
      return messages[name].refuses ? outer.value : outer
    },
    decodeEvents: (reader, contract) => {
      const records = runtime.decode(stage.eventsType, reader)
      if (!Array.isArray(records)) throw new TypeError("no list of events")
      return records.flatMap((entry) => {
        const { event, topics } = record(entry)
        const { _tag: pallet, value } = record(event)
        const { _tag: method, ...fields } = record(value)
        if (pallet !== "Contracts" || method !== "ContractEmitted" || fields.contract !== contract) return []
        const found = Array.isArray(topics) ? bySignature.get(String(topics[0])) : undefined
        if (found === undefined) throw new Error("an event that the metadata does not have")
        const data = new ScaleReader(Uint8Array.fromHex(String(fields.data).slice(2)))
        const decoded = Object.fromEntries(found.fields.map(([name, type]) => [name, codec.decode(type, data)]))
        if (data.remaining > 0) throw new RangeError(`${found.label} has bytes left over`)
        return [{ _tag: found.label, ...decoded }]
      })
    },
    readDispatchError: (reader) => {
      const { _tag, value } = record(runtime.decode(stage.dispatchErrorType, reader))
      const { error } = record(value)
      const index = typeof error === "string" ? Number.parseInt(error.slice(2, 4), 16) : undefined
      return contractsErrors.find((known) => known.index === index)?.name ?? String(_tag)
    },
    placeOf: (key) => {
      const known = places.get(key)
      if (known !== undefined) return known
      // pallet-contracts prefixes the contract's own key with a hash of 16 bytes
      const own = key.slice(32)
      const found = own === rootKey ? { field: ROOT, key: null } : undefined
      const root = roots.get(own.slice(0, 8))
      if (found === undefined && root === undefined) throw new Error(`the contract writes to ${own}, which is nowhere in its layout`)
      const place = found ?? {
        field: root?.field ?? "",
        key: root?.key === undefined ? null : codec.decodeAll(root.key, Uint8Array.fromHex(own.slice(8)))
      }
      places.set(key, place)
      return place
    },
    decodeCell: (place, bytes) => {
      // fields with their own cells take no bytes in the root cell
      if (place.field === ROOT) return codec.decodeAll(storage.root.ty, bytes)
      return codec.decodeAll(values.get(place.field) ?? -1, bytes)
    }
  }
}

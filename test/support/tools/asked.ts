/**
 * The items of a chain that a tool requests (storage, runtime APIs and calls), named as in test/support/fidelity. A relay between tool and node
 * records them.
 */
import type { ApiPromise } from "@polkadot/api"
import { Effect, Schema, type Scope } from "effect"
import { relay } from "../devnet/relay.ts"

export interface Asked {
  readonly endpoint: string
  /** `Pallet.storage.Item`, `Pallet.calls.name` or `Api.method`, sorted. */
  readonly items: () => ReadonlyArray<string>
  /** What a tool waits for that ends in vain: its requests without an answer, and the last news of a watched transaction, since the last such text. */
  readonly waitsFor: () => string
}

const Id = Schema.optional(Schema.Union(Schema.String, Schema.Number, Schema.Null))
const Request = Schema.Struct({ id: Id, method: Schema.String, params: Schema.optionalWith(Schema.Unknown, { default: () => [] }) })
const readRequests = Schema.decodeUnknownSync(Schema.parseJson(Schema.Union(Request, Schema.Array(Request))))
const Answer = Schema.Struct({
  id: Id,
  method: Schema.optional(Schema.String),
  params: Schema.optional(Schema.Struct({ result: Schema.optional(Schema.Unknown) }))
})
const readAnswers = Schema.decodeUnknownSync(Schema.parseJson(Schema.Union(Answer, Schema.Array(Answer))))

/** A storage key's first 32 bytes name the pallet and the item. */
const NAME = 64

/** Every text in a JSON value. */
const textsIn = (value: unknown): ReadonlyArray<string> =>
  typeof value === "string" ? [value] : typeof value === "object" && value !== null ? Object.values(value).flatMap(textsIn) : []

/** Decodes requests by a chain's metadata. */
const makeNaming = (api: ApiPromise) => {
  const storage = new Map<string, string>()
  // Substrate's well-known keys have no pallet.
  for (const pallet of Object.values(api.query))
    for (const item of Object.values(pallet))
      if (item.creator?.meta !== undefined && item.creator.prefix !== "Substrate") {
        const { meta, prefix } = item.creator
        storage.set(item.keyPrefix().slice(2, 2 + NAME), `${prefix}.storage.${meta.name}`)
      }
  const palletAt = new Map(api.runtimeMetadata.asLatest.pallets.map(({ index, name }) => [index.toNumber(), name.toString()]))
  const callsIn = (hex: string): ReadonlyArray<string> => {
    const found: Array<string> = []
    const visit = (call: { readonly callIndex: Uint8Array; readonly args: ReadonlyArray<unknown> }) => {
      found.push(`${palletAt.get(call.callIndex[0] ?? -1)}.calls.${api.registry.findMetaCall(call.callIndex).meta.name}`)
      for (const argument of call.args.flat()) if (isCall(argument)) visit(argument)
    }
    visit(api.registry.createType("Extrinsic", hex).method)
    return found
  }
  return ({ method, params }: typeof Request.Type): ReadonlyArray<string> => {
    const texts = textsIn(params)
    if (method === "state_call" || method === "chainHead_v1_call") {
      const called = texts.find((text) => /^[A-Z]\w+_\w+$/.test(text))
      return called === undefined ? [] : [called.replace("_", ".")]
    }
    const hex = texts.filter((text) => /^0x[0-9a-f]+$/i.test(text))
    if (/submit|broadcast/i.test(method)) return hex.flatMap(callsIn)
    return hex.flatMap((key) => storage.get(key.slice(2, 2 + NAME)) ?? [])
  }
}

const isCall = (value: unknown): value is { readonly callIndex: Uint8Array; readonly args: ReadonlyArray<unknown> } =>
  typeof value === "object" && value !== null && "callIndex" in value && "args" in value

/** A relay in front of the node that `api` is connected to. */
export const recorded = (target: string, api: ApiPromise): Effect.Effect<Asked, never, Scope.Scope> => {
  const name = makeNaming(api)
  const items = new Set<string>()
  const open = new Map<Schema.Schema.Type<typeof Id>, string>()
  let news = "none"
  const reply = (text: string) => {
    for (const request of [readRequests(text)].flat()) {
      open.set(request.id, request.method)
      for (const item of name(request)) items.add(item)
    }
    return undefined
  }
  const answer = (text: string) => {
    for (const { id, method, params } of [readAnswers(text)].flat()) {
      open.delete(id)
      if (method === "author_extrinsicUpdate") news = JSON.stringify(params?.result)
    }
    return text
  }
  const waitsFor = () => {
    const text = `unanswered: ${[...open.values()].join(", ") || "nothing"}; last news of a transaction: ${news}`
    open.clear()
    news = "none"
    return text
  }
  return Effect.map(relay(target, { reply, answer }), (endpoint) => ({ endpoint, items: () => [...items].sort(), waitsFor }))
}

/** Extracts facts from a block: the calls and events of one contract, and the subnet's registrations, commitments and weights. */
import type { GenericCall } from "@polkadot/types/generic"
import type { Bytes, u64 } from "@polkadot/types-codec"
import { Either, Option } from "effect"
import type { ContractCodec } from "../../../contract-client/codec.ts"
import { messages } from "../../../contract-client/generated.ts"
import { AccountAddress, toPublicKeyHex } from "../../../domain/Account.ts"
import { toHex } from "../../../domain/hex.ts"
import { onOneLine } from "../../../domain/onOneLine.ts"
import { reasonIn } from "../../../domain/withoutConsent.ts"
import { slotFieldsOf } from "../../../layers/chain/subnet/slotFields.ts"
import type { IndexedCall, IndexedCommitment, IndexedEvent, IndexedWeights, Json, UnknownEvent } from "../blockContents.ts"
import { toJson } from "../json.ts"
import { type Leaf, leavesOf, type PlacedEvent } from "./dispatch.ts"
import type { RawBlock } from "./RawBlock.ts"
import type { Runtime } from "./Runtimes.ts"

/** The contract and subnet whose facts are extracted. */
export interface IndexedContract {
  readonly contract: AccountAddress
  readonly netuid: number
}

export interface ReadBlock {
  readonly calls: ReadonlyArray<IndexedCall>
  readonly events: ReadonlyArray<IndexedEvent>
  readonly commitments: ReadonlyArray<IndexedCommitment>
  readonly weights: ReadonlyArray<IndexedWeights>
  /** Hotkeys that registered or took over a UID in this block. */
  readonly registered: ReadonlyArray<AccountAddress>
  readonly hasNewCode: boolean
}

const NOTHING_READ: ReadBlock = { calls: [], events: [], commitments: [], weights: [], registered: [], hasNewCode: false }

const u16 = (value: number): string => {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes.toString("hex")
}

/** The calls by which weights come to the chain, as the metadata names them. Each has the subnet as its first argument. */
const WEIGHT_CALLS = [
  "set_weights",
  "set_mechanism_weights",
  "commit_weights",
  "commit_mechanism_weights",
  "commit_timelocked_weights",
  "commit_timelocked_mechanism_weights",
  "commit_crv3_mechanism_weights",
  "reveal_weights",
  "reveal_mechanism_weights"
]
const WEIGHT_CALL = /^subtensorModule\.(set|commit|reveal)(?:Timelocked|Crv3)?(?:Mechanism)?Weights$/

/** Hex strings: at least one of `events` is in a relevant block's events, or one of `calls` in a relevant extrinsic. */
const markersOf = (runtime: Runtime, { contract, netuid }: IndexedContract) => {
  const key = toPublicKeyHex(contract).slice(2)
  const ofSubnet = (of: "events" | "calls", pallet: string, name: string) => {
    const prefix = runtime.prefixOf(of, pallet, name)
    return prefix === undefined ? [] : [prefix + u16(netuid)]
  }
  return {
    events: [
      key,
      ...ofSubnet("events", "SubtensorModule", "NeuronRegistered"),
      ...ofSubnet("events", "Commitments", "Commitment"),
      ...ofSubnet("events", "Commitments", "TimelockCommitment"),
      ...["HotkeySwapped", "HotkeySwappedOnSubnet"].flatMap((name) => runtime.prefixOf("events", "SubtensorModule", name) ?? [])
    ],
    calls: [key, ...WEIGHT_CALLS.flatMap((name) => ofSubnet("calls", "SubtensorModule", name))]
  }
}

const nameOf = ({ record: { event } }: PlacedEvent) => `${event.section}.${event.method}`
const field = ({ record: { event } }: PlacedEvent, place: number): string => event.data[place]?.toString() ?? ""
const argument = (call: GenericCall, name: string) => call.args[call.meta.args.findIndex((one) => one.name.toString() === name)]

const blake2 = (hex: string): string => `0x${new Bun.CryptoHasher("blake2b256").update(Buffer.from(hex.slice(2), "hex")).digest("hex")}`

const decodeCall = (
  codec: ContractCodec,
  kind: "constructor" | "message",
  data: Uint8Array
): { message: string | null; arguments: Json } => {
  const decoded = codec.decodeCall(kind, data)
  return Either.isRight(decoded) && Option.isSome(decoded.right)
    ? { message: decoded.right.value.label, arguments: toJson(decoded.right.value.arguments) }
    : { message: kind === "constructor" ? "new" : null, arguments: { data: toHex(data) } }
}

const eventOf = (codec: ContractCodec, { record }: PlacedEvent): IndexedEvent["event"] => {
  const data = (record.event.data[1] as Bytes | undefined)?.toU8a(true) ?? new Uint8Array()
  const topics = record.topics.map((topic) => topic.toHex())
  const unknown: UnknownEvent = { _tag: "Unknown", topics, data: toHex(data) }
  return codec.decodeEvent(data, topics).pipe(
    Either.map(Option.getOrElse(() => unknown)),
    Either.getOrElse(() => unknown)
  )
}

/** Whether a call is a message or the constructor of the contract; undefined if neither. */
const kindOf = ({ call, events }: Leaf, contract: string): "constructor" | "message" | undefined => {
  if (call.section !== "contracts") return undefined
  if (call.method === "call") return argument(call, "dest")?.toString() === contract ? "message" : undefined
  const created = events.some((event) => nameOf(event) === "contracts.Instantiated" && field(event, 1) === contract)
  return call.method.startsWith("instantiate") && created ? "constructor" : undefined
}

const weightsOf = ({ call, error, origin }: Leaf, extrinsic: number, netuid: number): ReadonlyArray<IndexedWeights> => {
  const [, kind] = WEIGHT_CALL.exec(`${call.section}.${call.method}`) ?? []
  // In a subnet with several mechanisms, contributions are mechanism 0.
  if (kind === undefined || Number(argument(call, "mecid")?.toString() ?? 0) !== 0) return []
  if (origin === null || Number(argument(call, "netuid")?.toString()) !== netuid) return []
  const sent = { extrinsic, validator: AccountAddress.make(origin), error }
  if (kind === "commit") {
    const bytes = argument(call, "commit")
    const hash = bytes === undefined ? argument(call, "commitHash")?.toHex() : blake2(bytes.toHex())
    return hash === undefined ? [] : [{ ...sent, kind, values: null, versionKey: null, hash }]
  }
  const numbers = (value: unknown) => (Array.isArray(value) ? value.map((one) => Number(String(one))) : [])
  const uids = numbers(argument(call, "dests") ?? argument(call, "uids"))
  const values = numbers(argument(call, "weights") ?? argument(call, "values"))
  const pairs = uids.map((uid, place) => [uid, values[place] ?? 0] as const).toSorted(([a], [b]) => a - b)
  return [
    {
      ...sent,
      kind: kind === "set" ? "set" : "reveal",
      values: pairs,
      versionKey: BigInt(argument(call, "versionKey")?.toString() ?? 0),
      hash: blake2(toHex(Buffer.from(JSON.stringify(pairs))))
    }
  ]
}

const commitmentOf = ({ call, events }: Leaf, extrinsic: number, netuid: number): ReadonlyArray<IndexedCommitment> => {
  if (`${call.section}.${call.method}` !== "commitments.setCommitment") return []
  const committed = events.find((event) => /^commitments\.(Timelock)?Commitment$/.test(nameOf(event)) && Number(field(event, 0)) === netuid)
  const info: unknown = argument(call, "info")?.toJSON()
  const fields = typeof info === "object" && info !== null && "fields" in info && Array.isArray(info.fields) ? info.fields : []
  return committed === undefined ? [] : [{ extrinsic, account: AccountAddress.make(field(committed, 1)), fields: slotFieldsOf(fields) }]
}

/** Messages that give an issue a bounty. The contract accepts them only from the owner. */
const BY_THE_OWNER: ReadonlySet<string | null> = new Set([messages.registerIssue.label, messages.editIssue.label])

/** The owner's reason for a bounty without request: a remark right after the call, from the same origin. */
const reasonBehind = (message: string | null, leaf: Leaf, next: Leaf | undefined): Option.Option<string> => {
  if (
    !BY_THE_OWNER.has(message) ||
    leaf.error !== null ||
    leaf.origin === null ||
    next === undefined ||
    next.error !== null ||
    next.origin !== leaf.origin
  )
    return Option.none()
  if (next.call.section !== "system" || !/^remark(WithEvent)?$/.test(next.call.method)) return Option.none()
  const said = (argument(next.call, "remark") as Bytes | undefined)?.toU8a(true) ?? new Uint8Array()
  return Option.filter(Option.map(reasonIn(said), onOneLine), (why) => why !== "")
}

/** Makes the reader of one contract's blocks. It throws on bytes that do not fit the runtime's metadata. */
export const makeReader = (codec: ContractCodec, indexed: IndexedContract) => {
  const markers = new WeakMap<Runtime, ReturnType<typeof markersOf>>()
  const { contract, netuid } = indexed

  return (block: RawBlock, runtime: Runtime): ReadBlock => {
    const wanted = markers.get(runtime) ?? markersOf(runtime, indexed)
    markers.set(runtime, wanted)
    const named = block.extrinsics.map((hex) => wanted.calls.some((marker) => hex.includes(marker)))
    if (!named.includes(true) && !wanted.events.some((marker) => block.events.includes(marker))) return NOTHING_READ

    const all = runtime.events(block.events).map((record, index): PlacedEvent => ({ index, record }))
    const byExtrinsic = new Map<number, Array<PlacedEvent>>()
    for (const placed of all) {
      const { phase } = placed.record
      if (!phase.isApplyExtrinsic) continue
      const extrinsic = phase.asApplyExtrinsic.toNumber()
      const ofIt = byExtrinsic.get(extrinsic)
      if (ofIt === undefined) byExtrinsic.set(extrinsic, [placed])
      else ofIt.push(placed)
    }
    const isOurs = (event: PlacedEvent) => nameOf(event) === "contracts.ContractEmitted" && field(event, 0) === contract
    const isRelevant = (event: PlacedEvent) =>
      isOurs(event) ||
      (nameOf(event) === "contracts.Instantiated" && field(event, 1) === contract) ||
      (/^commitments\.(Timelock)?Commitment$/.test(nameOf(event)) && Number(field(event, 0)) === netuid)

    const calls: Array<IndexedCall> = []
    const commitments: Array<IndexedCommitment> = []
    const weights: Array<IndexedWeights> = []
    /** Position of the call that emitted an event, by the event's index. */
    const causes = new Map<number, number>()
    for (const [extrinsic, hex] of block.extrinsics.entries()) {
      const events = byExtrinsic.get(extrinsic) ?? []
      if (named[extrinsic] !== true && !events.some(isRelevant)) continue
      const sent = runtime.extrinsic(hex)
      const signer = sent.isSigned ? AccountAddress.make(sent.signer.toString()) : null
      const paid = events.find((event) => nameOf(event) === "transactionPayment.TransactionFeePaid")
      const fee = (paid?.record.event.data[1] as u64 | undefined)?.toBigInt() ?? 0n
      let position = 0
      const leaves = leavesOf(sent.method as GenericCall, signer, events, runtime)
      for (const [place, leaf] of leaves.entries()) {
        const kind = kindOf(leaf, contract)
        if (kind !== undefined) {
          const data = (argument(leaf.call, "data") as Bytes | undefined)?.toU8a(true) ?? new Uint8Array()
          const decoded = decodeCall(codec, kind, data)
          const why = reasonBehind(decoded.message, leaf, leaves[place + 1])
          calls.push({
            extrinsic,
            position,
            extrinsicHash: blake2(hex),
            signer,
            ...decoded,
            error: leaf.error,
            fee: position === 0 ? fee : 0n,
            ...(Option.isSome(why) ? { withoutConsent: why.value } : {})
          })
          for (const event of leaf.events) causes.set(event.index, position)
          position++
        }
        weights.push(...weightsOf(leaf, extrinsic, netuid))
        if (leaf.error !== null) continue
        commitments.push(...commitmentOf(leaf, extrinsic, netuid))
      }
    }
    const events = all.filter(isOurs).map((placed): IndexedEvent => {
      const { phase } = placed.record
      return {
        index: placed.index,
        event: eventOf(codec, placed),
        extrinsic: phase.isApplyExtrinsic ? phase.asApplyExtrinsic.toNumber() : null,
        callPosition: causes.get(placed.index) ?? null
      }
    })
    const registered = all.flatMap((event): ReadonlyArray<string> => {
      switch (nameOf(event)) {
        case "subtensorModule.NeuronRegistered":
          return Number(field(event, 0)) === netuid ? [field(event, 2)] : []
        case "subtensorModule.HotkeySwapped":
        case "subtensorModule.HotkeySwappedOnSubnet":
          return [field(event, 2)]
        default:
          return []
      }
    })
    return {
      calls,
      events,
      commitments,
      weights,
      registered: [...new Set(registered)].map((hotkey) => AccountAddress.make(hotkey)),
      hasNewCode: all.some((event) => nameOf(event) === "contracts.ContractCodeUpdated" && field(event, 0) === contract)
    }
  }
}

/**
 * The subnet's own state: neurons, commitments, weights, epochs. polkadot.js decodes it by the chain's metadata; the schemas here check the result.
 */
import { Context, Effect, Layer, Schema } from "effect"
import ipaddr from "ipaddr.js"
import { AccountAddress } from "../../../domain/Account.ts"
import type { Epoch } from "../../../domain/Epoch.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { AxonAddress, Metagraph, Neuron } from "../../../domain/Metagraph.ts"
import { isPublicAddress, readAddress } from "../../../domain/publicAddress.ts"
import { UID_LIMIT } from "../../../domain/UidBitmap.ts"
import { type BlockReference, Chain, type ChainUnavailable, type Inclusion, type SendGuard, type SubmitError } from "../node/Chain.ts"
import { readItem, readItems, readMap } from "../node/storedMap.ts"
import * as Commitments from "./commitments.ts"
import { sentIfRegistered } from "./refusals.ts"
import * as Weights from "./weights.ts"

/** The chain answered in an unknown form: the netuid is wrong, or the chain is not a Subtensor. */
export class UnknownSubnet extends Schema.TaggedError<UnknownSubnet>()("UnknownSubnet", { netuid: Schema.Number, reason: Schema.String }) {
  override get message() {
    return `cannot read subnet ${this.netuid} from this chain: ${this.reason}`
  }
}

/** An unsigned integer as polkadot.js prints it: a number, or 0x-hex above 2⁵³. */
export const Integer = Schema.transform(
  Schema.Union(Schema.NonNegativeInt, Schema.String.pipe(Schema.pattern(/^(0x[\da-f]+|\d+)$/i))),
  Schema.BigIntFromSelf,
  {
    strict: true,
    decode: (value) => BigInt(value),
    encode: (value) => value.toString()
  }
)
export const SmallInteger = Schema.transform(Integer, Schema.Number, { strict: true, decode: Number, encode: (value) => BigInt(value) })

/** An axon as the chain stores it. Without one, all are 0. */
export const AxonInfo = Schema.Struct({ ip: Integer, port: SmallInteger, ipType: SmallInteger })

const NeuronLite = Schema.Struct({
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  uid: SmallInteger,
  axonInfo: AxonInfo,
  stake: Schema.Array(Schema.Tuple(Schema.String, Integer)),
  lastUpdate: SmallInteger,
  validatorPermit: Schema.Boolean
})

const Neurons = Schema.Array(NeuronLite)

const RegistrationBlocks = Schema.Array(SmallInteger)

const CommitmentInfo = Schema.Struct({
  block: SmallInteger,
  /** Variants of the pallet's `Data` type; only the Raw ones are text. */
  info: Schema.Struct({ fields: Schema.Array(Schema.Unknown) })
})

const StakeInfo = Schema.Struct({ stake: Integer })

export type { Commitment } from "./commitments.ts"

type SubnetRead<A> = Effect.Effect<A, ChainUnavailable | UnknownSubnet>

export class Subnet extends Context.Tag("gittensor/Subnet")<
  Subnet,
  {
    readonly netuid: number
    readonly metagraph: (at: BlockReference) => SubnetRead<Metagraph>
    /** The stake of a coldkey behind a hotkey on this subnet, in rao. */
    readonly stakeOf: (hotkey: AccountAddress, coldkey: AccountAddress, at: BlockReference) => SubnetRead<bigint>
    /** The commitments of these hotkeys, in one request. */
    readonly commitments: (at: BlockReference, hotkeys: ReadonlyArray<AccountAddress>) => SubnetRead<ReadonlyArray<Commitments.Commitment>>
    /**
     * Commits a text, and keeps everything else in the hotkey's slot. Returns once the slot of a final block holds it; null if it was there already,
     * and nothing was sent.
     */
    readonly setCommitment: Commitments.SetCommitment<UnknownSubnet>
    readonly weightRules: (at: BlockReference) => SubnetRead<Weights.WeightRules>
    readonly epochAt: (at: BlockReference) => SubnetRead<Epoch>
    /** The rules, at the newest block, for when weights committed next will be revealed. */
    readonly revealRules: SubnetRead<Weights.RevealRules>
    /** Sets weights for these UIDs; both lists have the same length. Returns once the transaction is finalised. */
    readonly setWeights: Weights.SetWeights
    /** Commits weights, encrypted to the beacon's round with which the chain reveals them. Returns once the commitment is finalised. */
    readonly commitWeights: Weights.CommitWeights<UnknownSubnet>
    /** Publishes the address of this hotkey's axon, IPv4 or IPv6. */
    readonly serveAxon: (signer: KeyPair, axon: AxonAddress, guard?: SendGuard) => Effect.Effect<Inclusion, SubmitError>
    /**
     * The seed of a round's pairs: the randomness of the first drand pulse that the chain stored after `block`, or the hash of `block` if the
     * chain stores no pulses. `undefined` until that pulse is stored.
     */
    readonly seedAfter: (block: number, at: BlockReference) => SubnetRead<string | undefined>
  }
>() {}

const range = (from: number, to: number): ReadonlyArray<number> => Array.from({ length: to - from }, (_, index) => from + index)

/** Address kinds by the chain's numbers, and the bytes of each. */
const KINDS: Readonly<Record<number, { readonly kind: "ipv4" | "ipv6"; readonly length: number }>> = {
  4: { kind: "ipv4", length: 4 },
  6: { kind: "ipv6", length: 16 }
}

/**
 * The address of an axon. null where none is published, or an invalid one: its kind is wrong, or, unless the chain is for development, it is not
 * public.
 */
export const axonOf = (
  { isDevelopment }: Pick<Chain["Type"], "isDevelopment">,
  { ip, port, ipType }: typeof AxonInfo.Type
): AxonAddress | null => {
  const { kind, length = 0 } = KINDS[ipType] ?? {}
  if (port === 0 || ip === 0n || ip >= 1n << BigInt(8 * length)) return null
  const bytes = Array.from({ length }, (_, index) => Number((ip >> BigInt(8 * (length - 1 - index))) & 255n))
  const text = ipaddr.fromByteArray(bytes).toString()
  // An IPv6 address that embeds an IPv4 address is not of the kind that it claims.
  return readAddress(text).kind() === kind && (isDevelopment || isPublicAddress(text)) ? { ip: text, port } : null
}

const neuronOf = (chain: Chain["Type"], lite: typeof NeuronLite.Type, registeredAt: number): Neuron => ({
  uid: lite.uid,
  hotkey: lite.hotkey,
  coldkey: lite.coldkey,
  stake: lite.stake.reduce((sum, [, amount]) => sum + amount, 0n),
  validatorPermit: lite.validatorPermit,
  axon: axonOf(chain, lite.axonInfo),
  lastUpdate: lite.lastUpdate,
  registeredAt
})

const readerOf = (chain: Chain["Type"], netuid: number) => {
  const unknown = (reason: string) => new UnknownSubnet({ netuid, reason })

  const decode = <A, I>(schema: Schema.Schema<A, I>, what: string) => {
    const parse = Schema.decodeUnknown(schema)
    return (value: unknown) => parse(value).pipe(Effect.mapError((error) => unknown(`unexpected form of ${what}: ${error.message}`)))
  }

  const storage = (pallet: string, item: string, at: BlockReference, ...keys: ReadonlyArray<unknown>) =>
    readItem(chain, [pallet, item, ...keys], at.hash).pipe(
      Effect.filterOrFail(
        (value) => value !== undefined,
        () => unknown(`it has no storage ${pallet}.${item}`)
      )
    )

  return { netuid, chain, unknown, decode, storage }
}
type Reader = ReturnType<typeof readerOf>

/** The blocks at which these UIDs were registered, in one request. */
const registrationsAt = Effect.fn("Subnet.registrations")(function* (
  { netuid, chain, unknown, decode }: Reader,
  uids: ReadonlyArray<number>,
  at: BlockReference
) {
  const keys = uids.map((uid) => [netuid, uid])
  const values = yield* readMap(chain, ["subtensorModule", "blockAtRegistration"], keys, at.hash)
  if (values === undefined) return yield* unknown("it has no storage SubtensorModule.BlockAtRegistration: is --endpoint a Subtensor node?")
  const blocks = yield* decode(RegistrationBlocks, "the registration blocks")(values.map((value) => value ?? 0))
  return new Map(uids.map((uid, index) => [uid, blocks[index] ?? 0]))
})

/**
 * Reads the metagraph. `asked`: the registration blocks of this many first UIDs are requested along with the list of neurons, the others after it.
 */
const metagraphAt = Effect.fn("Subnet.metagraph")(function* (reader: Reader, asked: number, at: BlockReference) {
  const { netuid, chain, unknown, decode } = reader
  const [lites, registered] = yield* Effect.all(
    [
      chain.readAt("neurons", at.hash, async (api) => (await api.call.neuronInfoRuntimeApi?.getNeuronsLite?.(netuid))?.toJSON()),
      registrationsAt(reader, range(0, asked), at)
    ],
    { concurrency: 2 }
  )
  if (lites === undefined) return yield* unknown("it has no NeuronInfoRuntimeApi: is --endpoint a Subtensor node?")
  // Creating a subnet registers its owner's hotkey, so a subnet that exists has a neuron.
  if (Array.isArray(lites) && lites.length === 0) return yield* unknown("there is no such subnet: is --netuid right?")
  const listed = yield* decode(Neurons, "the list of neurons")(lites)
  const further = listed.flatMap(({ uid }) => (uid < asked ? [] : [uid]))
  const registeredAt = further.length === 0 ? registered : new Map([...registered, ...(yield* registrationsAt(reader, further, at))])
  const neurons = listed.map((lite) => neuronOf(chain, lite, registeredAt.get(lite.uid) ?? 0))
  return { netuid, block: at.number, neurons: neurons.toSorted((a, b) => a.uid - b.uid) } satisfies Metagraph
})

const stakeAt = Effect.fn("Subnet.stakeOf")(function* (
  { netuid, chain, unknown, decode }: Reader,
  hotkey: AccountAddress,
  coldkey: AccountAddress,
  at: BlockReference
) {
  const found = yield* chain.readAt("stake of a coldkey", at.hash, async (api) => {
    const ask = api.call.stakeInfoRuntimeApi?.getStakeInfoForHotkeyColdkeyNetuid
    return ask === undefined ? undefined : (await ask(hotkey, coldkey, netuid)).toJSON()
  })
  if (found === undefined) return yield* unknown("it has no StakeInfoRuntimeApi")
  return found === null ? 0n : (yield* decode(StakeInfo, "a stake")(found)).stake
})

const publishAxon = ({ netuid, chain }: Reader, signer: KeyPair, axon: AxonAddress, guard?: SendGuard) =>
  Effect.zipRight(
    sentIfRegistered(chain, netuid, signer.address, "serve_axon"),
    chain.submit({
      label: "serve_axon",
      signer,
      guard,
      call: (api) => {
        const bytes = ipaddr.parse(axon.ip).toByteArray()
        const number = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n)
        const kind = bytes.length === 4 ? 4 : 6
        return required(api.tx.subtensorModule?.serveAxon, "SubtensorModule.serve_axon")(netuid, 1, number, axon.port, kind, 4, 0, 0)
      }
    })
  )

/** The newest round of the beacon that the chain has stored; 0 where it stores none. */
const newestPulse = ({ storage, decode }: Reader, at: BlockReference) =>
  storage("drand", "lastStoredRound", at).pipe(
    Effect.flatMap(decode(SmallInteger, "a number")),
    Effect.catchTag("UnknownSubnet", () => Effect.succeed(0))
  )

const seedAt = Effect.fn("Subnet.seedAfter")(function* (reader: Reader, block: number, at: BlockReference) {
  const { chain, storage } = reader
  const hash = yield* chain.hashOf(block)
  const last = yield* newestPulse(reader, { number: block, hash })
  if (last === 0) return hash
  const pulse = yield* storage("drand", "pulses", at, last + 1)
  return typeof pulse === "object" && pulse !== null && "randomness" in pulse ? String(pulse.randomness) : undefined
})

const make = Effect.fn("Subnet.make")(function* (netuid: number) {
  const chain = yield* Chain
  const reader = readerOf(chain, netuid)
  const { unknown, decode } = reader
  /** The number of UIDs in the last list of neurons. A subnet seldom gets more, and UIDs stay when their neurons are replaced. */
  let expected = UID_LIMIT
  const weights = Weights.make({
    netuid,
    chain,
    values: (operation, items, at) =>
      readItems(
        chain,
        operation,
        items.map((item) => ["subtensorModule", item, netuid]),
        at.hash
      ),
    integer: decode(Integer, "a number"),
    newestPulse: (at) => newestPulse(reader, at),
    unknown
  })
  return Subnet.of({
    netuid,
    metagraph: (at) =>
      Effect.tap(
        Effect.suspend(() => metagraphAt(reader, expected, at)),
        ({ neurons }) =>
          Effect.sync(() => {
            expected = Math.min(UID_LIMIT, neurons.length)
          })
      ),
    stakeOf: (hotkey, coldkey, at) => stakeAt(reader, hotkey, coldkey, at),
    ...Commitments.make({ netuid, chain, unknown, decode: decode(CommitmentInfo, "a commitment") }),
    ...weights,
    serveAxon: (signer, axon, guard) => publishAxon(reader, signer, axon, guard),
    seedAfter: (block, at) => seedAt(reader, block, at)
  })
})

/** A call that any Subtensor has. If it is missing, `Chain.submit` reports the thrown error. */
const required = <A>(value: A | undefined, name: string): A => {
  if (value === undefined) throw new Error(`this chain has no ${name}: is --endpoint a Subtensor node?`)
  return value
}

export const layer = (netuid: number) => Layer.effect(Subnet, make(netuid))

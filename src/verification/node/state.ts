/** What a verification reads of the chain: blocks, the contract's cells, neurons, stake and the beacon, at any block. */
import { blake2b } from "@noble/hashes/blake2.js"
import { concatBytes, utf8ToBytes } from "@noble/hashes/utils.js"
import { CellReader } from "../../contract-client/CellReader.ts"
import { type Cell, type Values, valuesOf } from "../../contract-client/cells.ts"
import { READ_GAS } from "../../contract-client/readGas.ts"
import { type AccountAddress, fromPublicKey, hashBytes, toPublicKey } from "../../domain/Account.ts"
import type { Competitor } from "../../domain/Competition.ts"
import { toHex } from "../../domain/hex.ts"
import { UID_LIMIT } from "../../domain/UidBitmap.ts"
import type { Seat } from "../../elo/seats.ts"
import { Untold } from "../errors.ts"
import type { Request } from "./Connection.ts"
import type { Reader } from "./Reader.ts"
import { blake2Concat, compact, storageKey, twox64Concat, u16, u64 } from "./storageKeys.ts"

export interface Block {
  readonly number: number
  readonly hash: string
}

const text = (value: unknown): string => {
  if (typeof value !== "string") throw new TypeError("text was expected")
  return value
}

const texts = (value: unknown): ReadonlyArray<string | null> => {
  if (!Array.isArray(value)) throw new TypeError("a list was expected")
  return value.map((one: unknown) => (one === null ? null : text(one)))
}

const readerOf = (hex: string): CellReader => new CellReader(hashBytes(hex))

/** Blocks by their numbers, in one request. */
export const blocksAt = (reader: Reader, numbers: ReadonlyArray<number>): Promise<ReadonlyArray<Block>> =>
  reader.ask(`the hashes of blocks ${numbers.join(", ")}`, async (request, endpoint) => {
    const hashes = texts(await request("chain_getBlockHash", [numbers]))
    return numbers.map((number, index) => {
      const hash = hashes[index] ?? null
      if (hash === null) throw new Untold(`${endpoint} has no block ${number}`)
      return { number, hash }
    })
  })

const newestFinal = async (request: Request): Promise<Block> => {
  const hash = text(await request("chain_getFinalizedHead", []))
  const header = await request("chain_getHeader", [hash])
  return { hash, number: Number.parseInt(text(typeof header === "object" && header !== null ? Reflect.get(header, "number") : null), 16) }
}

/** The newest final block of a node that is asked alone. */
export const headOf = (reader: Reader): Promise<Block> => reader.ask("the newest final block", newestFinal)

/** Whether a block is final. A node that has not come so far counts as none. */
export const ensureFinal = (reader: Reader, block: number): Promise<boolean> =>
  reader.ask(`whether block ${block} is final`, async (request, endpoint) => {
    const { number } = await newestFinal(request)
    if (!(number >= block)) throw new Untold(`${endpoint} has not finalised block ${block} yet`)
    return true
  })

/** The contract's code and the key of its trie; null if there is none. */
export const contractAt = (reader: Reader, contract: AccountAddress, at: Block) =>
  reader.ask(`the contract at block ${at.number}`, async (request) => {
    const key = storageKey("Contracts", "ContractInfoOf", twox64Concat(toPublicKey(contract)))
    const info = await request("state_getStorage", [key, at.hash])
    if (info === null) return null
    const from = readerOf(text(info))
    const trie = toHex(concatBytes(utf8ToBytes(":child_storage:default:"), from.blob()))
    return { trie, codeHash: from.bytes32() }
  })

/**
 * What some of the contract's cells say.
 * @param what in words, for whoever reads how two nodes differ
 */
export const cellsAt = <A>(
  reader: Reader,
  what: string,
  { trie, at }: { readonly trie: string; readonly at: Block },
  wanted: ReadonlyArray<Cell<unknown>>,
  read: (values: Values) => A
): Promise<A> =>
  reader.ask(`${what} at block ${at.number}`, async (request) => {
    const keys = wanted.map(({ key }) => key)
    const entries = texts(await request("childstate_getStorageEntries", [trie, keys, at.hash]))
    if (entries.length !== keys.length) throw new RangeError(`${entries.length} values for ${keys.length} keys`)
    const found = new Map(
      keys.flatMap((key, index) => {
        const entry = entries[index] ?? null
        return entry === null ? [] : [[key, hashBytes(entry)] as const]
      })
    )
    return read(valuesOf((key) => found.get(key)))
  })

/** Values of the chain's own storage by key. */
const storageAt = async (request: Request, keys: ReadonlyArray<string>, at: Block): Promise<ReadonlyMap<string, CellReader>> => {
  const answer = await request("state_queryStorageAt", [keys, at.hash])
  const changes: unknown =
    Array.isArray(answer) && typeof answer[0] === "object" && answer[0] !== null ? Reflect.get(answer[0], "changes") : null
  if (!Array.isArray(changes)) throw new TypeError("a set of changes was expected")
  return new Map(
    changes.flatMap((change: unknown) => {
      const [key = null, value = null] = texts(change)
      return key === null || value === null ? [] : [[key, readerOf(value)] as const]
    })
  )
}

const PALLET = "SubtensorModule"

/** A neuron: who has which UID, since when. */
export type Neuron = Competitor & Seat

/** The neurons of a subnet, by UID, in two requests. */
export const neuronsAt = (reader: Reader, netuid: number, at: Block): Promise<ReadonlyArray<Neuron>> =>
  reader.ask(`the neurons at block ${at.number}`, async (request) => {
    const size = storageKey(PALLET, "SubnetworkN", u16(netuid))
    const of = (item: string, uid: number) => storageKey(PALLET, item, u16(netuid), u16(uid))
    const uids = Array.from({ length: UID_LIMIT }, (_, uid) => ({ uid, key: of("Keys", uid), registered: of("BlockAtRegistration", uid) }))
    const found = await storageAt(request, [size, ...uids.flatMap(({ key, registered }) => [key, registered])], at)
    const count = found.get(size)?.u16() ?? 0
    const seats = uids.flatMap(({ uid, key, registered }) => {
      const hotkey = found.get(key)?.account()
      return hotkey === undefined || uid >= count ? [] : [{ uid, hotkey, registeredAt: Number(found.get(registered)?.u64() ?? 0n) }]
    })
    const owner = (hotkey: AccountAddress) => storageKey(PALLET, "Owner", blake2Concat(toPublicKey(hotkey)))
    const owners = await storageAt(
      request,
      seats.map(({ hotkey }) => owner(hotkey)),
      at
    )
    return seats.map((seat) => ({ ...seat, coldkey: owners.get(owner(seat.hotkey))?.account() ?? NOBODY }))
  })

/** What the chain says of a hotkey without an owner. */
const NOBODY = fromPublicKey(new Uint8Array(32))

/** A coldkey's stake behind a hotkey, in rao. */
export const stakeAt = (
  reader: Reader,
  { hotkey, coldkey, netuid }: { readonly hotkey: AccountAddress; readonly coldkey: AccountAddress; readonly netuid: number },
  at: Block
): Promise<bigint> =>
  reader.ask(`the stake of ${coldkey} behind ${hotkey} at block ${at.number}`, async (request) => {
    const argument = toHex(concatBytes(toPublicKey(hotkey), toPublicKey(coldkey), u16(netuid)))
    const from = readerOf(
      text(await request("state_call", ["StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid", argument, at.hash]))
    )
    if (!from.bool()) return 0n
    from.account()
    from.account()
    from.compact()
    return from.compact()
  })

/** What a vote of each validator weighs in a block, in rao: what the contract's message `validators` answers. */
export const electorateAt = (reader: Reader, contract: AccountAddress, at: Block) =>
  reader.ask(`what validators weigh at block ${at.number}`, async (request) => {
    const answer = readerOf(text(await request("state_call", ["ContractsApi_call", toHex(viewCall(contract, "validators")), at.hash])))
    const data = returned(answer)
    if (data.u8() !== 0 || data.u8() !== 0) throw new RangeError("the contract refused")
    const validators = data.list((from) => ({
      hotkey: from.account(),
      coldkeys: from.list((each) => each.account()),
      noted: { before: from.u64(), day: from.u64(), since: from.u64() },
      weight: from.u64()
    }))
    return { validators: validators.map(({ hotkey, weight }) => ({ hotkey, weight })), total: data.u64() }
  })

/** The argument of `ContractsApi_call`: caller, contract, no value, the gas limit of a read, no deposit limit, and the message's selector. */
const viewCall = (contract: AccountAddress, message: string): Uint8Array => {
  const self = toPublicKey(contract)
  const selector = blake2b(utf8ToBytes(message), { dkLen: 32 }).subarray(0, 4)
  const gas = concatBytes(Uint8Array.of(1), compact(READ_GAS.refTime), compact(READ_GAS.proofSize))
  return concatBytes(self, self, u64(0n), gas, Uint8Array.of(0), compact(BigInt(selector.length)), selector)
}

/** The bytes that a call returned. Throws if it failed. */
const returned = (answer: CellReader): CellReader => {
  for (let part = 0; part < 4; part++) answer.compact()
  answer.u8()
  answer.u64()
  answer.blob()
  if (answer.u8() !== 0) throw new RangeError("the call failed on the chain")
  answer.u32()
  return new CellReader(answer.blob())
}

/**
 * The seed of a round's pairs: the randomness of the first pulse of the beacon that the chain stored after a block, or the hash of that block if it
 * stores none. `seen`: a later block, by which the pulse was stored.
 */
export const seedAfter = (reader: Reader, at: Block, seen: Block): Promise<Uint8Array> =>
  reader.ask(`the seed after block ${at.number}`, async (request, endpoint) => {
    const stored = storageKey("Drand", "LastStoredRound")
    const last = (await storageAt(request, [stored], at)).get(stored)?.u64() ?? 0n
    if (last === 0n) return hashBytes(at.hash)
    const key = storageKey("Drand", "Pulses", blake2Concat(u64(last + 1n)))
    const pulse = (await storageAt(request, [key], seen)).get(key)
    if (pulse === undefined) throw new Untold(`${endpoint} has no pulse ${last + 1n} of the beacon at block ${seen.number}`)
    pulse.u64()
    return pulse.blob()
  })

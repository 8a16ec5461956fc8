/**
 * The simulated chain: the contract model and the stakes beneath it, block by block. There are no forks; validators only differ in how much of the
 * chain is final for them.
 */
import type { ContractEvent, MessageArguments, MessageReturn } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import { BLOCK_SECONDS } from "../../../src/domain/Blocks.ts"
import { type Action, type Outcome, send, type World } from "../../contract-model/ContractModel.ts"
import type { Subnet } from "../../contract-model/Subnet.ts"

export interface SentMessage {
  readonly block: number
  readonly caller: AccountAddress
  readonly name: Action
  readonly refused: string | null
  readonly events: ReadonlyArray<ContractEvent>
}

export interface Ledger {
  readonly genesisHash: string
  /** The current block; messages are included in it. */
  readonly block: () => number
  /** The current state of the contract and its subnet. */
  readonly world: () => World
  /** The state after a block. The block must not have been dropped. */
  readonly worldAt: (block: number) => World
  readonly hashOf: (block: number) => string
  /** The block with a hash that `hashOf` returned. */
  readonly blockOf: (hash: string) => number
  /** Milliseconds since 1970. */
  readonly timeOf: (block: number) => number
  /** Advances to a later block and drops old states. */
  readonly reach: (block: number) => void
  /** Applies changes without a message: emission, registrations. */
  readonly change: (edit: (subnet: Subnet) => Subnet) => void
  readonly send: <Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>) => Outcome<MessageReturn<Name>>
  /** Adds a listener for every message. */
  readonly onSent: (listener: (sending: SentMessage, world: World) => void) => void
}

/** 2026-01-01T00:00:00Z. */
const GENESIS_TIME = 1_767_225_600_000

/** How many blocks' states are kept. */
const KEPT_BLOCKS = 4_000

const hashed = (text: string): string => `0x${new Bun.CryptoHasher("blake2b256").update(text).digest("hex")}`

export const make = (seed: number, first: World): Ledger => {
  const history: Array<{ readonly block: number; readonly world: World }> = [{ block: first.subnet.block, world: first }]
  const listeners: Array<(sending: SentMessage, world: World) => void> = []
  const hashes = new Map<number, string>()
  const blocks = new Map<string, number>()
  let now = first

  const put = (world: World): void => {
    now = world
    const { block } = world.subnet
    if (history.at(-1)?.block === block) history.pop()
    history.push({ block, world })
  }

  return {
    genesisHash: hashed(`genesis ${seed}`),
    block: () => now.subnet.block,
    world: () => now,
    worldAt: (block) => {
      const found = history.findLast((entry) => entry.block <= block)?.world
      if (found === undefined) throw new RangeError(`block ${block} is forgotten`)
      return found.subnet.block === block ? found : { state: found.state, subnet: { ...found.subnet, block } }
    },
    hashOf: (block) => {
      const known = hashes.get(block)
      if (known !== undefined) return known
      const hash = hashed(`block ${seed} ${block}`)
      hashes.set(block, hash)
      blocks.set(hash, block)
      return hash
    },
    blockOf: (hash) => {
      const block = blocks.get(hash)
      if (block === undefined) throw new RangeError(`no block has the hash ${hash}`)
      return block
    },
    timeOf: (block) => GENESIS_TIME + block * BLOCK_SECONDS * 1_000,
    reach: (block) => {
      if (block < now.subnet.block) throw new RangeError(`block ${block} is over: it is ${now.subnet.block}`)
      put({ state: now.state, subnet: { ...now.subnet, block } })
      const old = history.findIndex((entry) => entry.block > block - KEPT_BLOCKS) - 1
      if (old > 256) history.splice(0, old)
    },
    change: (edit) => put({ state: now.state, subnet: edit(now.subnet) }),
    send: (caller, name, args) => {
      const outcome = send(now, caller, name, args)
      const refused = outcome.answer._tag === "Left" ? outcome.answer.left._tag : null
      put(outcome.world)
      for (const listener of listeners) listener({ block: now.subnet.block, caller, name, refused, events: outcome.events }, now)
      return outcome
    },
    onSent: (listener) => void listeners.push(listener)
  }
}

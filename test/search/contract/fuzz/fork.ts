/**
 * One sequence's private copy of the chain: the real runtime with its real pallet-contracts, called in this process, with all writes kept in memory.
 * Advancing a block only sets its number. A message is a `ContractsApi_call`, which runs the same code as a transaction's `Contracts.call`.
 */
import { Effect } from "effect"
import type { Action } from "../../../../lab/contract-model/ContractModel.ts"
import { addStake, type StakePool, stakeIn, takeStake } from "../../../../lab/contract-model/StakePool.ts"
import type { BareHex } from "../../../../lab/devnet/chain/codec/hex.ts"
import { compact, concat, lengthPrefixed, ScaleReader, unsigned } from "../../../../lab/devnet/chain/codec/scale.ts"
import type { Executor } from "../../../../lab/devnet/chain/executor/Executor.ts"
import { Overlay } from "../../../../lab/devnet/chain/state/Overlay.ts"
import type { StateView } from "../../../../lab/devnet/chain/state/StateStore.ts"
import type { MessageArguments, MessageName } from "../../../../src/contract-client/generated.ts"
import { answerOf, type Reading, type ReadingArguments, type ReadingReturn } from "../../../../src/contract-client/readings.ts"
import { type AccountAddress, toPublicKey } from "../../../../src/domain/Account.ts"
import { NETUID } from "../../../support/contract/subnet.ts"
import { readPool, writePool } from "../../../support/subtensor/poolStorage.ts"
import type { Interface } from "./interface.ts"
import * as keys from "./keys.ts"
import type { Stage } from "./stage.ts"

/** The result of a message. */
export interface Sent {
  /** `Ok` with the value, `Err` with the refusal, or `Trap` with the error for which the chain aborted the message, as plain values. */
  readonly answer: unknown
  readonly accepted: boolean
  readonly events: ReadonlyArray<unknown>
  /** Picoseconds of the chain's reference machine. */
  readonly gas: bigint
  /** The contract's changed cells, by their keys in its trie. */
  readonly changed: ReadonlyArray<BareHex>
}

/** A failed message changed the state, which is always a bug. */
class ContractFailed extends Error {}

/** The offset of an account's free balance: after four counters. */
const FREE_AT = 16
/** The existential deposit, in rao of TAO. */
const LEAST_BALANCE = 500n

const transactionLevel = new TextEncoder().encode(":transaction_level:").toHex()

export class Fork {
  private readonly overlay: Overlay

  constructor(
    private readonly executor: Executor,
    private readonly face: Interface,
    readonly stage: Stage
  ) {
    this.overlay = new Overlay(stage.state)
    this.overlay.set("", keys.eventsKey, null)
  }

  /** The chain's state as it is now. */
  get view(): StateView {
    return this.overlay
  }

  /** Sends a message in the current block and keeps its changes. */
  send<Name extends Action>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): Sent {
    return this.call(caller, name, args, true)
  }

  /** Queries a view. */
  ask<Name extends MessageName>(caller: AccountAddress, name: Name, args: MessageArguments<Name>): Sent {
    return this.call(caller, name, args, false)
  }

  private call(caller: AccountAddress, name: MessageName, args: object, keep: boolean): Sent {
    const data = this.face.encodeMessage(name, args)
    const argument = concat([toPublicKey(caller), toPublicKey(this.stage.contract), unsigned(0, 8), noLimits, lengthPrefixed(data)])
    const { changes, result } = Effect.runSync(this.executor.call(this.stage.runtime, this.overlay, "ContractsApi_call", argument))
    const reader = new ScaleReader(result)
    const gas = reader.compact()
    reader.compact() // proof size of the same
    reader.compact()
    reader.compact() // gas required
    reader.u8()
    reader.unsigned(8) // storage deposit
    reader.lengthPrefixed() // debug message
    if (reader.u8() !== 0) {
      if (changes.some(({ child, key }) => child !== "" || !isOfTheCall(key)))
        throw new ContractFailed(`${name} trapped and changed something`)
      return { answer: { _tag: "Trap", value: this.face.readDispatchError(reader) }, accepted: false, events: [], gas, changed: [] }
    }
    const reverted = reader.u32() !== 0
    const answer = this.face.decodeAnswer(name, reader.lengthPrefixed())
    const events = reader.u8() === 1 ? this.face.decodeEvents(reader, this.stage.contract) : []
    const kept = changes.filter(({ child, key }) => child !== "" || !isOfTheCall(key))
    if (reverted && kept.length > 0)
      throw new ContractFailed(`${name} was refused and changed ${kept.map(({ child, key }) => `${child}/${key}`).join(", ")}`)
    if (reverted && events.length > 0) throw new ContractFailed(`${name} was refused and emitted events`)
    if (keep) for (const { child, key, value } of kept) this.overlay.set(child, key, value)
    return {
      answer,
      accepted: !reverted,
      events,
      gas,
      changed: kept.filter(({ child }) => child === this.stage.child).map(({ key }) => key)
    }
  }

  /** What a program reads of the contract's cells by name. */
  stored<Name extends Reading>(name: Name, args: ReadingArguments<Name>): ReadingReturn<Name> {
    const block = new ScaleReader(this.overlay.get("", keys.blockNumberKey) ?? unsigned(0, 4)).u32()
    return answerOf(name, args, block, (key) => this.cell(key.slice(2)))
  }

  /** A cell of the contract. */
  cell(key: BareHex): Uint8Array | undefined {
    return this.overlay.get(this.stage.child, key)
  }

  /** The keys of all cells. */
  cells(): ReadonlyArray<BareHex> {
    return [...this.overlay.keys(this.stage.child, "")]
  }

  /** Sets the current block. */
  setBlock(block: number): void {
    this.overlay.set("", keys.blockNumberKey, unsigned(block, 4))
  }

  stake(hotkey: AccountAddress, coldkey: AccountAddress): bigint {
    return stakeIn(this.pool(hotkey), coldkey)
  }

  /** A hotkey's pool, in the runtime's format. */
  pool(hotkey: AccountAddress): StakePool {
    return readPool(this.overlay, NETUID, hotkey)
  }

  /** Changes a coldkey's stake behind a hotkey, and with it the subnet's total and the list of hotkeys that the coldkey stakes to. */
  setStake(hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint): void {
    const pool = this.pool(hotkey)
    const more = amount - stakeIn(pool, coldkey)
    writePool(this.overlay, NETUID, hotkey, more > 0n ? addStake(pool, coldkey, more) : takeStake(pool, coldkey, -more))
    const key = keys.alphaOutKey(NETUID)
    this.setNumber(key, this.number(key) + more)
    this.addStakingHotkey(coldkey, hotkey)
  }

  private addStakingHotkey(coldkey: AccountAddress, hotkey: AccountAddress): void {
    const key = keys.stakingHotkeysKey(coldkey)
    const reader = new ScaleReader(this.overlay.get("", key) ?? new Uint8Array([0]))
    const known = Array.from({ length: Number(reader.compact()) }, () => reader.take(32))
    const added = toPublicKey(hotkey)
    if (known.some((one) => Bun.deepEquals(one, added))) return
    this.overlay.set("", key, concat([compact(known.length + 1), ...known, added]))
  }

  /** Sets any value of the chain's storage; null removes it. */
  set(key: BareHex, value: Uint8Array | null): void {
    this.overlay.set("", key, value)
  }

  get(key: BareHex): Uint8Array | undefined {
    return this.overlay.get("", key)
  }

  /** TAO that an account may spend: all but the existential deposit. */
  tao(account: AccountAddress): bigint {
    const found = this.overlay.get("", keys.accountKey(account))
    if (found === undefined) return 0n
    const reader = new ScaleReader(found)
    reader.take(FREE_AT)
    return reader.unsigned(8) - LEAST_BALANCE
  }

  /** Gives an existing account more TAO to spend. */
  giveTao(account: AccountAddress, amount: bigint): void {
    const found = this.overlay.get("", keys.accountKey(account))
    if (found === undefined) throw new Error(`there is no account ${account}`)
    const bytes = found.slice()
    bytes.set(unsigned(this.tao(account) + LEAST_BALANCE + amount, 8), FREE_AT)
    this.overlay.set("", keys.accountKey(account), bytes)
  }

  private number(key: BareHex): bigint {
    const bytes = this.overlay.get("", key)
    return bytes === undefined ? 0n : new ScaleReader(bytes).unsigned(8)
  }

  private setNumber(key: BareHex, value: bigint): void {
    this.overlay.set("", key, value === 0n ? null : unsigned(value, 8))
  }
}

/** No gas limit other than a block's, and no limit on the storage deposit. */
const noLimits = new Uint8Array([0, 0])

/** Storage written by a call that a new block would clear: events and counters. */
const isOfTheCall = (key: BareHex): boolean =>
  key === transactionLevel || (key.startsWith(keys.systemPrefix) && !key.startsWith(keys.systemAccountPrefix))

/**
 * The dev chain's runtime, for recorded sequences: its WebAssembly, called in this process on a state in memory. Functions of the chain extension are
 * called by a contract that passes its input on.
 */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError } from "@polkadot/types/interfaces"
import { Effect, HashMap } from "effect"
import { emptyPool } from "../../../src/contract-model/StakePool.ts"
import { compact, concat, ScaleReader, unsigned } from "../../../src/devnet/chain/codec/scale.ts"
import type { CallOutcome } from "../../../src/devnet/chain/executor/Executor.ts"
import { make as makeExecutor } from "../../../src/devnet/chain/executor/NativeExecutor.ts"
import { codeKey, storageValueKey } from "../../../src/devnet/chain/state/keys.ts"
import { Overlay } from "../../../src/devnet/chain/state/Overlay.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { callParameters, decodeRan } from "../contract/contractsApi.ts"
import { call } from "../devnet/support.ts"
import { relayed } from "../runtime/relay.ts"
import { nameOf, netuid } from "../runtime/support.ts"
import type { Played, PoolChain } from "./compare.ts"
import { accountPart, readPool, subnetPart, writePool } from "./poolStorage.ts"
import { poolOfRecord, recordOfPool } from "./recordedPools.ts"
import type { Step } from "./sequences.ts"

const item = (name: string) => storageValueKey("SubtensorModule", name) + subnetPart(netuid)

const ownerPrefix = storageValueKey("SubtensorModule", "Owner")
const stakingPrefix = storageValueKey("SubtensorModule", "StakingHotkeys")

/** The accounts of the stage that play the recording's. `C4` is the contract. */
const players = { C0: "Cold1", C1: "Cold2", C2: "Cold3", C3: "Cold4", H0: "Hot1", H1: "Hot2", H2: "Hot3", H3: "Hot4" } as const
const hotkeys = ["H0", "H1", "H2", "H3"]
const isPlayer = (name: string): name is keyof typeof players => name in players

const transferFunctions = new Set(["5", "6", "24", "25"])

/** A chain that is the built runtime. */
export const runtimeChain: Effect.Effect<PoolChain, Error> = Effect.scoped(
  Effect.gen(function* () {
    const scene = yield* relayed()
    const { api, contract, node } = scene
    const start = node.chain.stateOf(node.chain.head())
    const code = start?.get("", codeKey)
    if (start === undefined || code === undefined) return yield* Effect.fail(new Error("the dev chain has no newest state"))
    const executor = yield* makeExecutor({ log: () => undefined })
    const relay = AccountAddress.make(contract)
    const account = (name: string): AccountAddress => AccountAddress.make(isPlayer(name) ? scene.address(players[name]) : contract)
    let overlay = new Overlay(start)

    const ask = (method: string, argument: Uint8Array): CallOutcome => Effect.runSync(executor.call(code, overlay, method, argument))
    const keep = ({ changes }: CallOutcome) => {
      for (const { child, key, value } of changes) overlay.set(child, key, value)
    }

    /** Dispatches a call of root or of an account. */
    const attempt = (who: AccountAddress | null, pallet: string, name: string, ...args: ReadonlyArray<unknown>): Played => {
      const origin = who === null ? new Uint8Array([0]) : concat([new Uint8Array([1]), toPublicKey(who)])
      const outcome = ask("DevChainApi_attempt", concat([origin, call(api, pallet, name, ...args).method.toU8a()]))
      if (outcome.result[0] !== 0) return { result: errorIn(api, outcome.result.subarray(1)), answer: null }
      keep(outcome)
      return { result: "ok", answer: null }
    }

    /** Calls a function of the chain extension, for the contract or whoever calls it. */
    const extension = (caller: AccountAddress, number: number, ...args: ReadonlyArray<Uint8Array>) => {
      const data = concat([unsigned(number, 4), ...args])
      const outcome = ask("ContractsApi_call", callParameters(caller, relay, `0x${data.toHex()}`))
      const ran = decodeRan(outcome.result)
      if (ran.error !== undefined) return { result: "trap", output: new ScaleReader(new Uint8Array()) }
      keep(outcome)
      const reader = new ScaleReader(ran.data)
      const status = reader.u32()
      return { result: status === 0 ? "ok" : String(status), output: reader }
    }

    const subnet = unsigned(netuid, 2)
    const called = (step: Exclude<Step, { op: "stake" | "dividend" | "take" }>): Played => {
      const [hotkey, coldkey, amount] = [account(step.hotkey), account(step.coldkey), unsigned(step.amount, 8)]
      if (step.function === "dispatchable") {
        const name = step.op === "recycle" ? "recycleAlpha" : "burnAlpha"
        const before = readPool(overlay, netuid, hotkey).total
        const played = attempt(coldkey, "subtensorModule", name, hotkey, step.amount, netuid)
        return { ...played, answer: played.result === "ok" ? before - readPool(overlay, netuid, hotkey).total : null }
      }
      const number = Number(step.function)
      if (transferFunctions.has(step.function)) {
        const [first, second] =
          step.op === "move" ? [hotkey, account(step.toHotkey)] : [step.op === "transfer" ? account(step.toColdkey) : coldkey, hotkey]
        const { result } = extension(coldkey, number, toPublicKey(first), toPublicKey(second), subnet, subnet, amount)
        return { result, answer: null }
      }
      const { output, result } = extension(coldkey, number, toPublicKey(hotkey), subnet, amount)
      return { result, answer: result === "ok" && step.op !== "unstake" ? output.unsigned(8) : null }
    }

    /** What the runtime answers as a coldkey's stake. */
    const stakeOf = (hotkey: AccountAddress, coldkey: AccountAddress): bigint => {
      const argument = concat([toPublicKey(hotkey), toPublicKey(coldkey), subnet])
      const reader = new ScaleReader(ask("StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid", argument).result)
      reader.take(1 + 32 + 32)
      reader.compact()
      return reader.compact()
    }

    return {
      begin: (sequence) => {
        overlay = new Overlay(start)
        for (const name of hotkeys) {
          overlay.set("", ownerPrefix + accountPart(account(name)), toPublicKey(account(name.replace("H", "C"))))
          writePool(overlay, netuid, account(name), emptyPool)
        }
        const list = concat([compact(hotkeys.length), ...hotkeys.map((name) => toPublicKey(account(name)))])
        for (const name of ["C0", "C1", "C2", "C3", "C4"]) overlay.set("", stakingPrefix + accountPart(account(name)), list)
        for (const pool of sequence.start.pools) writePool(overlay, netuid, account(pool.hotkey), poolOfRecord(pool, account))
        overlay.set("", item("SubnetAlphaOut"), unsigned(sequence.start.alphaOut, 8))
        overlay.set("", item("SubnetTAO"), unsigned(sequence.taoReserve, 8))
        overlay.set("", item("SubnetAlphaIn"), unsigned(sequence.alphaReserve, 8))
      },
      play: (step) => {
        if (step.op === "dividend") return attempt(null, "adminUtils", "devPay", netuid, account(step.hotkey), null, step.amount)
        if (step.op !== "stake" && step.op !== "take") return called(step)
        const [own, dividend] = step.op === "stake" ? [step.amount, 0n] : [step.take, step.amount]
        return attempt(null, "adminUtils", "devPay", netuid, account(step.hotkey), [account(step.coldkey), own], dividend)
      },
      state: (pools, coldkeys) => ({
        alphaOut: new ScaleReader(overlay.get("", item("SubnetAlphaOut")) ?? new Uint8Array(8)).unsigned(8),
        pools: pools.map((hotkey) => {
          const pool = readPool(overlay, netuid, account(hotkey))
          const known = coldkeys.filter((coldkey) => HashMap.has(pool.holders, account(coldkey)))
          return recordOfPool(hotkey, pool, known, account, (coldkey) => stakeOf(account(hotkey), coldkey))
        })
      })
    }
  })
)

/** The name of a DispatchError, from its bytes. */
const errorIn = (api: ApiPromise, bytes: Uint8Array): string =>
  nameOf(api, api.registry.createType<DispatchError>("SpRuntimeDispatchError", bytes))

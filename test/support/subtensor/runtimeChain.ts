/** The dev chain's runtime, for replaying recorded sequences. */
import { Effect, HashMap } from "effect"
import { emptyPool } from "../../../lab/contract-model/StakePool.ts"
import { compact, concat, ScaleReader, unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { AccountAddress, toPublicKey } from "../../../src/domain/Account.ts"
import { stillChain } from "../runtime/stillChain.ts"
import { netuid } from "../runtime/support.ts"
import type { Played, PoolChain } from "./compare.ts"
import { accountPart, readPool, subnetPart, writePool } from "./poolStorage.ts"
import { poolOfRecord, recordOfPool } from "./recordedPools.ts"
import type { Step } from "./sequences.ts"

const item = (name: string) => storageValueKey("SubtensorModule", name) + subnetPart(netuid)

const ownerPrefix = storageValueKey("SubtensorModule", "Owner")
const stakingPrefix = storageValueKey("SubtensorModule", "StakingHotkeys")

/** The stage's accounts for the recording's. `C4` is the contract. */
export const players = { C0: "Cold1", C1: "Cold2", C2: "Cold3", C3: "Cold4", H0: "Hot1", H1: "Hot2", H2: "Hot3", H3: "Hot4" } as const
const hotkeys = ["H0", "H1", "H2", "H3"]
const isPlayer = (name: string): name is keyof typeof players => name in players

const transferFunctions = new Set(["5", "6", "24", "25"])

/** The built runtime as a chain. */
export const runtimeChain: Effect.Effect<PoolChain, Error> = Effect.map(stillChain(), (still) => {
  const { attempt, contract, extension, state } = still
  const account = (name: string): AccountAddress => (isPlayer(name) ? AccountAddress.make(still.address(players[name])) : contract)

  /** Pays alpha behind a hotkey as an epoch does: an amount for one coldkey, and a dividend for all. */
  const pay = (hotkey: string, own: readonly [AccountAddress, bigint] | null, dividend: bigint): Played => ({
    result: attempt(null, "adminUtils", "devPay", netuid, account(hotkey), own, dividend).result,
    answer: null
  })

  const subnet = unsigned(netuid, 2)
  const called = (step: Exclude<Step, { op: "stake" | "dividend" | "take" }>): Played => {
    const [hotkey, coldkey, amount] = [account(step.hotkey), account(step.coldkey), unsigned(step.amount, 8)]
    if (step.function === "dispatchable") {
      const name = step.op === "recycle" ? "recycleAlpha" : "burnAlpha"
      const before = readPool(state(), netuid, hotkey).total
      const { result } = attempt(coldkey, "subtensorModule", name, hotkey, step.amount, netuid)
      return { result, answer: result === "ok" ? before - readPool(state(), netuid, hotkey).total : null }
    }
    const number = Number(step.function)
    if (transferFunctions.has(step.function)) {
      const [first, second] =
        step.op === "move" ? [hotkey, account(step.toHotkey)] : [step.op === "transfer" ? account(step.toColdkey) : coldkey, hotkey]
      const { result } = extension(coldkey, number, toPublicKey(first), toPublicKey(second), subnet, subnet, amount)
      return { result, answer: null }
    }
    const { output, result } = extension(coldkey, number, toPublicKey(hotkey), subnet, amount)
    return { result, answer: result === "ok" && step.op !== "unstake" ? new ScaleReader(output).unsigned(8) : null }
  }

  /** A coldkey's stake by the runtime. */
  const stakeOf = (hotkey: AccountAddress, coldkey: AccountAddress): bigint => {
    const argument = concat([toPublicKey(hotkey), toPublicKey(coldkey), subnet])
    const reader = new ScaleReader(still.ask("StakeInfoRuntimeApi_get_stake_info_for_hotkey_coldkey_netuid", argument))
    reader.take(1 + 32 + 32)
    reader.compact()
    return reader.compact()
  }

  return {
    begin: (sequence) => {
      still.begin()
      const overlay = state()
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
      if (step.op === "dividend") return pay(step.hotkey, null, step.amount)
      if (step.op !== "stake" && step.op !== "take") return called(step)
      const [own, dividend] = step.op === "stake" ? [step.amount, 0n] : [step.take, step.amount]
      return pay(step.hotkey, [account(step.coldkey), own], dividend)
    },
    state: (pools, coldkeys) => ({
      alphaOut: new ScaleReader(state().get("", item("SubnetAlphaOut")) ?? new Uint8Array(8)).unsigned(8),
      pools: pools.map((hotkey) => {
        const pool = readPool(state(), netuid, account(hotkey))
        const known = coldkeys.filter((coldkey) => HashMap.has(pool.holders, account(coldkey)))
        return recordOfPool(hotkey, pool, known, account, (coldkey) => stakeOf(account(hotkey), coldkey))
      })
    })
  }
})

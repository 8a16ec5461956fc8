/** The contract's model of the chain, for recorded sequences. */
import { Either, HashMap } from "effect"
import { addStake, stakeIn } from "../../../lab/contract-model/StakePool.ts"
import {
  emptySubnet,
  moveStake,
  poolOf,
  recycle,
  type Subnet,
  stakeOf,
  statusNames,
  transferStake,
  withDividend,
  withStake
} from "../../../lab/contract-model/Subnet.ts"
import { accountNamed } from "../../../lab/simulation/network/keys.ts"
import type { SubtensorError } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { Played, PoolChain } from "./compare.ts"
import { poolOfRecord, recordOfPool } from "./recordedPools.ts"
import type { Sequence, Step } from "./sequences.ts"

/** The code of a refusal, or the error's name if an ordinary call refused. */
const resultOf = (error: SubtensorError, called: string): string =>
  called === "dispatchable" ? error._tag : String(statusNames.findIndex((name) => name === error._tag) + 1)

const accepted: Played = { result: "ok", answer: null }

/** A chain that is the contract's model. */
export const modelChain = (): PoolChain => {
  let subnet = emptySubnet(1)
  const stake = (hotkey: AccountAddress, coldkey: AccountAddress, amount: bigint) => {
    subnet = { ...subnet, pools: HashMap.set(subnet.pools, hotkey, addStake(poolOf(subnet, hotkey), coldkey, amount)) }
  }
  const moved = (step: Extract<Step, { op: "transfer" | "move" }>, outcome: Either.Either<Subnet, SubtensorError>): Played => {
    if (Either.isLeft(outcome)) return { result: resultOf(outcome.left, step.function), answer: null }
    subnet = outcome.right
    return accepted
  }

  return {
    begin: ({ alphaReserve, start, taoReserve }: Sequence) => {
      subnet = {
        ...emptySubnet(1),
        hotkeys: new Set(["H0", "H1", "H2", "H3"].map(accountNamed)),
        pools: HashMap.fromIterable(start.pools.map((pool) => [accountNamed(pool.hotkey), poolOfRecord(pool, accountNamed)] as const)),
        alphaOut: start.alphaOut,
        reserves: { tao: taoReserve, alpha: alphaReserve }
      }
    },
    play: (step) => {
      const hotkey = accountNamed(step.hotkey)
      if (step.op === "dividend") {
        subnet = withDividend(subnet, hotkey, step.amount)
        return accepted
      }
      const coldkey = accountNamed(step.coldkey)
      switch (step.op) {
        case "stake":
          stake(hotkey, coldkey, step.amount)
          return accepted
        case "take":
          stake(hotkey, coldkey, step.take)
          subnet = withDividend(subnet, hotkey, step.amount)
          return accepted
        case "unstake": {
          const held = stakeOf(subnet, hotkey, coldkey)
          subnet = withStake(subnet, hotkey, coldkey, step.amount < held ? held - step.amount : 0n)
          return accepted
        }
        case "transfer":
          return moved(step, transferStake(subnet, "transferStake", hotkey, coldkey, accountNamed(step.toColdkey), step.amount))
        case "move":
          return moved(step, moveStake(subnet, "moveStake", coldkey, hotkey, accountNamed(step.toHotkey), step.amount))
        case "recycle":
        case "burn": {
          const outcome = recycle(subnet, hotkey, coldkey, step.amount)
          if (Either.isLeft(outcome)) return { result: resultOf(outcome.left, step.function), answer: null }
          const [left, answer] = outcome.right
          // Burning does the same, but the alpha still counts as outstanding.
          subnet = step.op === "burn" ? { ...left, alphaOut: subnet.alphaOut } : left
          return { result: "ok", answer }
        }
      }
    },
    state: (hotkeys, coldkeys) => ({
      alphaOut: subnet.alphaOut,
      pools: hotkeys.map((hotkey) => {
        const pool = poolOf(subnet, accountNamed(hotkey))
        return recordOfPool(hotkey, pool, coldkeys, accountNamed, (coldkey) => stakeIn(pool, coldkey))
      })
    })
  }
}

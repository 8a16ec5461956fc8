/** Miners with registered neurons and stake, for tests of collateral. */
import { Effect } from "effect"
import { account, miner } from "../accounts.ts"
import { NETUID } from "../subnet.ts"
import { transact } from "../threats/support.ts"
import type { World } from "../World.ts"

/** Stakes for a miner behind its own hotkey, and registers the neuron on the first call. Returns the coldkey's name and the hotkey. */
export const staked = (chain: World, uid: number, amount: bigint) =>
  Effect.gen(function* () {
    const cold = `//Miner${uid}//cold`
    const { hotkey } = yield* miner(uid)
    yield* chain.give(cold)
    const done = (result: string) => (result === "done" ? Effect.void : Effect.fail(new Error(result)))
    yield* Effect.flatMap(transact(chain, cold, "subtensorModule", "burnedRegister", NETUID, hotkey), done)
    yield* Effect.flatMap(transact(chain, cold, "subtensorModule", "addStake", hotkey, NETUID, amount), done)
    return { cold, hotkey, coldkey: yield* account(cold) }
  })

/** A miner that has deposited `amount` and has the same amount of free stake. */
export const bonded = (chain: World, uid: number, amount: bigint) =>
  Effect.gen(function* () {
    const keys = yield* staked(chain, uid, 2n * amount)
    yield* chain.ok(keys.cold, "depositCollateral", { hotkey: keys.hotkey, amount })
    return keys
  })

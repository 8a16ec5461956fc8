/** What the tests of docs/security.md need besides the world of the contract: transactions of the chain's other pallets. */
import { Effect, Either } from "effect"
import type { ContractError } from "../../../src/contract-client/generated.ts"
import { call, keyOf, query, send } from "../../devnet/support.ts"
import { outcome } from "../../runtime/support.ts"
import { NETUID, type Sent, type World } from "../support.ts"

/** Sends a call and answers the name of the error that refused it, or "done". Calls inside a proxy's count by their own result. */
export const transact = (world: World, who: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    return outcome(world.api, yield* send(call(world.api, pallet, name, ...args), yield* keyOf(who)))
  })

/** What SubtensorModule stores under a name. */
export const stored = (world: World, name: string, ...args: ReadonlyArray<unknown>) => query(world.api, "subtensorModule", name, ...args)

/** The UID of a hotkey on the subnet, or null. */
export const uidOf = (world: World, hotkey: string) =>
  Effect.map(stored(world, "uids", NETUID, hotkey), (uid) => (typeof uid === "number" ? uid : null))

/** What a message that was carried out answered. */
export const answerOf = <Value>(sent: Sent<Value>): Value => Either.getOrThrowWith(sent.answer, (error) => new Error(JSON.stringify(error)))

export const tags = (events: ReadonlyArray<{ readonly _tag: string }>) => events.map(({ _tag }) => _tag)

/** The names of the refusals, without what they carry. */
export const tagOf = (refused: Effect.Effect<ContractError, Error>) => Effect.map(refused, ({ _tag }) => _tag)

/** The end of a world's subnet. */
import { Effect } from "effect"
import { longestWait } from "../../../lab/contract-model/ending.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { MessageArguments, MessageName } from "../../../src/contract-client/generated.ts"
import { call, keyOf, query, send } from "../devnet/support.ts"
import { outcome } from "../runtime/support.ts"
import { account, miner, OWNER, STRANGER, VALIDATORS } from "./accounts.ts"
import { ALPHA, BOUNTY, DAY } from "./settings.ts"
import { NETUID } from "./subnet.ts"
import { transact } from "./threats/support.ts"
import type { World } from "./World.ts"

/** The account that registers other subnets. */
const FOUNDER = "//Ferdie"

/** An account's free TAO (rao), including the existential deposit. */
export const tao = (world: World, address: string) =>
  Effect.map(query(world.api, "system", "account", address), (found) =>
    typeof found === "object" && found !== null && "data" in found ? BigInt(String((found.data as { readonly free: unknown }).free)) : 0n
  )

/** Dissolves the subnet. Its stakers share its TAO in proportion to their alpha. */
export const dissolved = (world: World) => world.sudo("subtensorModule", "rootDissolveNetwork", NETUID)

/** Writes the end, in two calls a day of the contract apart. Returns the second. */
export const windUp = (world: World) =>
  Effect.gen(function* () {
    yield* world.ok(STRANGER, "windUp", {})
    yield* world.toBlock((yield* world.block) + DAY)
    return yield* world.ok(STRANGER, "windUp", {})
  })

/** Waits until the rest can be assigned: two of the longest waits after the end was written, in this block at the latest. */
export const settledLong = (world: World) =>
  Effect.gen(function* () {
    const wait = longestWait(yield* world.read("config", {}))
    yield* world.toBlock((yield* world.block) + 2 * wait + 1)
  })

/** Registers subnets until all netuids below the contract's are taken: the contract's netuid is assigned next. */
export const crowded = (world: World) =>
  Effect.gen(function* () {
    yield* world.sudo("system", "setStorage", [
      [`0x${storageValueKey("SubtensorModule", "NetworkMinLockCost")}`, `0x${"00ca9a3b00000000"}`]
    ])
    const hotkey = yield* account(`${FOUNDER}//hot`)
    const registrations = Array.from({ length: NETUID - 1 }, () => call(world.api, "subtensorModule", "registerNetwork", hotkey))
    const sent = yield* send(call(world.api, "utility", "batchAll", registrations), yield* keyOf(FOUNDER))
    const result = outcome(world.api, sent)
    if (result !== "done") return yield* Effect.fail(new Error(`the other subnets: ${result}`))
  })

/** Registers another subnet, which gets the first free netuid. */
export const founded = (world: World) =>
  Effect.gen(function* () {
    const result = yield* transact(world, FOUNDER, "subtensorModule", "registerNetwork", yield* account(`${FOUNDER}//hot`))
    if (result !== "done") return yield* Effect.fail(new Error(`another subnet: ${result}`))
  })

/** A call for each message that the subnet's end stops, from its sender, about an undecided issue. */
export const stopped = Effect.fnUntraced(function* (issue: number) {
  const [a, b] = [yield* miner(5), yield* miner(6)]
  const nobody = bitmapOfUids([])
  const reason = { _tag: "Owner" } as const
  return {
    registerIssue: [OWNER, { repository: "acme/widgets", number: 99, bounty: BOUNTY }],
    cancelIssue: [OWNER, { id: issue, reason }],
    setConfig: [OWNER, { settings: [{ _tag: "HarvestStep", value: 2 }] }],
    attestEnrolled: [VALIDATORS[0], { issue, round: 0, enrolled: nobody, skipped: nobody }],
    renewAttestations: [VALIDATORS[0], {}],
    votePair: [VALIDATORS[0], { issue, round: 0, a, b }],
    editIssue: [OWNER, { id: issue, repository: "acme/widgets", number: 98, bounty: BOUNTY }],
    noteWeights: [STRANGER, {}],
    harvest: [STRANGER, {}],
    expire: [STRANGER, { competition: 1 }],
    payout: [STRANGER, { issue }],
    depositCollateral: [STRANGER, { hotkey: a.hotkey, amount: 6n * ALPHA }],
    withdrawCollateral: [STRANGER, { hotkey: a.hotkey, amount: ALPHA }]
  } satisfies { readonly [Name in MessageName]?: readonly [who: string, args: MessageArguments<Name>] }
})
export type Stopped = keyof Effect.Effect.Success<ReturnType<typeof stopped>>

/** The contract's refusal of a message that the subnet's end stops. */
export const refusedAtTheEnd = <Name extends Stopped>(world: World, name: Name, issue: number) =>
  Effect.flatMap(stopped(issue), (calls) => {
    const [who, args] = calls[name]
    return world.refused(who, name, args as MessageArguments<Name>) // of this name
  })

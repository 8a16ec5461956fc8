/** Stake lent for less than a block, which anybody can arrange: given, used and taken back in one transaction of the lender. */
import { Effect } from "effect"
import { contractCodec } from "../../../../src/contract-client/artifact.ts"
import type { ContractEvent, MessageArguments, MessageName } from "../../../../src/contract-client/generated.ts"
import { call, keyOf, send } from "../../devnet/support.ts"
import { account, STRANGER, VALIDATORS } from "../accounts.ts"
import { ALPHA } from "../settings.ts"
import { NETUID } from "../subnet.ts"
import { eventsOf, failed } from "../transactions.ts"
import type { World } from "../World.ts"
import { GAS, transact } from "./support.ts"

/** The borrowing validator: 20 of 100 thousand alpha are its own. */
export const BORROWER = VALIDATORS[2]
/** Four times the stake of all validators. */
const LOAN = 400_000n * ALPHA
const LENDER = "//Ferdie"

/** A message that the borrower's hotkey or coldkey sends during the loan. */
export interface Used {
  readonly who: string
  readonly message: string
}

export const used = <Name extends MessageName>(name: Name, args: MessageArguments<Name>, who = BORROWER as string): Used => ({
  who,
  message: contractCodec.encodeMessage(name, args)
})

/** Makes the lender a proxy of the borrower's keys. The lent stake is then behind the borrower's hotkey, where it has no weight. */
export const lending = (world: World) =>
  Effect.gen(function* () {
    const done = (result: string) => (result === "done" ? Effect.void : Effect.fail(new Error(result)))
    const [lender, hotkey] = [yield* account(LENDER), yield* account(BORROWER)]
    yield* world.give(`${BORROWER}//cold`)
    for (const who of [BORROWER, `${BORROWER}//cold`])
      yield* Effect.flatMap(transact(world, who, "proxy", "addProxy", lender, "Any", 0), done)
    const { treasuryHotkey } = world
    yield* Effect.flatMap(transact(world, LENDER, "subtensorModule", "moveStake", treasuryHotkey, hotkey, NETUID, NETUID, LOAN), done)
  })

/**
 * Sends messages within a loan, in one transaction of the lender, without a stake check by anybody afterwards. A refused message does not stop the
 * others. Returns the contract's events. Fails unless lender and borrower have the same stake before and after.
 */
export const unseen = (world: World, messages: ReadonlyArray<Used>): Effect.Effect<ReadonlyArray<ContractEvent>, Error> =>
  Effect.gen(function* () {
    const [hotkey, cold, lender] = [yield* account(BORROWER), yield* account(`${BORROWER}//cold`), yield* account(LENDER)]
    const stakes = Effect.all([world.stake(hotkey, lender), world.stake(hotkey, cold)])
    const before = yield* stakes
    const transfer = (to: string) => call(world.api, "subtensorModule", "transferStake", to, hotkey, NETUID, NETUID, LOAN)
    const gas = { refTime: GAS.refTime / 4, proofSize: GAS.proofSize / 4 }
    const uses = yield* Effect.forEach(messages, ({ message, who }) =>
      Effect.map(account(who), (real) =>
        call(world.api, "proxy", "proxy", real, null, call(world.api, "contracts", "call", world.contract, 0, gas, null, message))
      )
    )
    const back = call(world.api, "proxy", "proxy", cold, null, transfer(lender))
    const sent = yield* send(call(world.api, "utility", "batchAll", [transfer(cold), ...uses, back]), yield* keyOf(LENDER))
    const error = failed(sent, world.api)
    if (error !== undefined) return yield* Effect.fail(new Error(`the loan: ${error}`))
    const after = yield* stakes
    if (String(after) !== String(before)) return yield* Effect.fail(new Error(`the loan cost something: ${before} and ${after}`))
    return eventsOf(sent, world.contract)
  })

/** The same, followed by an honest stake check in the next block. */
export const borrowed = (world: World, messages: ReadonlyArray<Used>) =>
  Effect.zipLeft(unseen(world, messages), world.sendAnyway(STRANGER, "noteWeights", {}))

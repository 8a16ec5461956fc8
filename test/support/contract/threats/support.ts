/** For the tests of docs/security.md: transactions of the chain's other pallets, beside the contract's world. */
import { readFileSync } from "node:fs"
import { u8aToHex } from "@polkadot/util"
import { Effect, Either } from "effect"
import { contractCodec } from "../../../../src/contract-client/artifact.ts"
import {
  CODE_HASH,
  type ContractConfig,
  type ContractError,
  type MessageArguments,
  type MessageName
} from "../../../../src/contract-client/generated.ts"
import { AccountAddress } from "../../../../src/domain/Account.ts"
import { call, keyOf, query, root, send } from "../../devnet/support.ts"
import { outcome } from "../../runtime/support.ts"
import { account, OWNER, STRANGER } from "../accounts.ts"
import { newTreasury } from "../deployment.ts"
import { NETUID } from "../subnet.ts"
import type { Sent, World } from "../World.ts"

/** Sends a call and returns "done" or the name of its error. A proxied call counts by its inner result. */
export const transact = (world: World, who: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    return outcome(world.api, yield* send(call(world.api, pallet, name, ...args), yield* keyOf(who)))
  })

/** Reads a storage item of SubtensorModule. */
export const stored = (world: World, name: string, ...args: ReadonlyArray<unknown>) => query(world.api, "subtensorModule", name, ...args)

/** A hotkey's UID on the subnet, or null. */
export const uidOf = (world: World, hotkey: string) =>
  Effect.map(stored(world, "uids", NETUID, hotkey), (uid) => (typeof uid === "number" ? uid : null))

/** The value that a successful message returned. */
export const answerOf = <Value>(sent: Sent<Value>): Value => Either.getOrThrowWith(sent.answer, (error) => new Error(JSON.stringify(error)))

/** The events' tags, without the events of the stake note that the first message of a day makes. */
export const tags = (events: ReadonlyArray<{ readonly _tag: string }>) =>
  events.map(({ _tag }) => _tag).filter((tag) => tag !== "WeightsNoted")

/** The error's tag, without its fields. */
export const tagOf = (refused: Effect.Effect<ContractError, Error>) => Effect.map(refused, ({ _tag }) => _tag)

/** A field of the first event with this name that the call emits. */
const eventField = (
  world: World,
  who: string,
  method: string,
  field: number,
  pallet: string,
  name: string,
  ...args: ReadonlyArray<unknown>
) =>
  Effect.gen(function* () {
    const result = yield* send(call(world.api, pallet, name, ...args), yield* keyOf(who))
    const value = result.events.find(({ event }) => event.method === method)?.event.data[field]
    return value === undefined ? yield* Effect.fail(new Error(`${pallet}.${name}: ${outcome(world.api, result)}`)) : value.toString()
  })

/** Creates another contract of the same code with these settings, and returns what `transact` returns. */
export const instantiated = (world: World, config: ContractConfig) =>
  transact(world, OWNER, "contracts", "instantiate", 0, GAS, null, CODE_HASH, contractCodec.encodeConstructor({ config }), "0x01")

/** Deploys one of the tests' own contracts and returns its account. */
export const deployed = (world: World, file: string, salt = "0x") =>
  Effect.map(
    eventField(
      world,
      STRANGER,
      "Instantiated",
      1,
      "contracts",
      "instantiateWithCode",
      0,
      GAS,
      null,
      u8aToHex(readFileSync(`${root}${file}`)),
      "0x",
      salt
    ),
    (address) => AccountAddress.make(address)
  )

/** Calls one of the tests' own contracts with raw bytes. Returns what `transact` returns. */
export const callWith = (world: World, who: string, contract: string, input: Uint8Array) =>
  transact(world, who, "contracts", "call", contract, 0, { refTime: 2 * GAS.refTime, proofSize: 2 * GAS.proofSize }, null, u8aToHex(input))

export const GAS = { refTime: 200_000_000_000, proofSize: 2_000_000 }

/** Sends many messages in one transaction: all succeed or none. */
export const batched = <Name extends MessageName>(world: World, who: string, name: Name, all: ReadonlyArray<MessageArguments<Name>>) => {
  const gas = { refTime: GAS.refTime / 4, proofSize: GAS.proofSize / 4 }
  const one = (args: MessageArguments<Name>) =>
    call(world.api, "contracts", "call", world.contract, 0, gas, null, contractCodec.encodeMessage(name, args))
  return transact(world, who, "utility", "batchAll", all.map(one))
}

/** A second treasury like the first: a pure proxy with a neuron, whose only proxy is the contract. */
export const anotherTreasury = (world: World) =>
  Effect.gen(function* () {
    const { treasuryHotkey: hotkey, treasuryColdkey: coldkey, treasuryBirth: birth } = yield* newTreasury(world.api)
    const as = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      Effect.flatMap(transact(world, OWNER, "proxy", "proxy", coldkey, null, call(world.api, pallet, name, ...args)), (result) =>
        result === "done" ? Effect.void : Effect.fail(new Error(`${pallet}.${name}: ${result}`))
      )
    yield* as("proxy", "addProxy", world.contract, "Transfer", 0)
    yield* as("proxy", "removeProxy", yield* account(OWNER), "Any", 0)
    return { hotkey, coldkey, birth }
  })

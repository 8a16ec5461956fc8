/** Builds a world from its chain and contract: sending and reading messages, time and stake. */
import type { ApiPromise } from "@polkadot/api"
import type { DispatchError } from "@polkadot/types/interfaces"
import { Effect, Either } from "effect"
import { stakeIn } from "../../../lab/contract-model/StakePool.ts"
import { unsigned } from "../../../lab/devnet/chain/codec/scale.ts"
import type { DevChain } from "../../../lab/devnet/chain/DevChain.ts"
import { storageValueKey } from "../../../lab/devnet/chain/state/keys.ts"
import { Overlay } from "../../../lab/devnet/chain/state/Overlay.ts"
import type { StateView } from "../../../lab/devnet/chain/state/StateStore.ts"
import * as artifact from "../../../src/contract-client/artifact.ts"
import type { ContractRefusal } from "../../../src/contract-client/codec.ts"
import type { MessageArguments, MessageName } from "../../../src/contract-client/generated.ts"
import * as readings from "../../../src/contract-client/readings.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { call, keyOf, query, send } from "../devnet/support.ts"
import { readPool } from "../subtensor/poolStorage.ts"
import { account, OWNER, STRANGER } from "./accounts.ts"
import { callParameters, decodeRan, GAS } from "./contractsApi.ts"
import type { Deployed } from "./deployment.ts"
import { ALPHA } from "./settings.ts"
import { NETUID } from "./subnet.ts"
import { eventsOf, failed, fieldOf, nameOf, submit } from "./transactions.ts"
import type { Client, World } from "./World.ts"

/** Of a longer run of blocks, the chain announces only some. */
const MOST_ANNOUNCED = 1_000

/** The world's chain runs in this process, so that reads and dry runs need no requests. */
export const worldOf = (dev: DevChain, api: ApiPromise, deployed: Deployed, client: Client = { artifact, readings }): World => {
  const { chain, endpoint } = dev
  const codec = client.artifact.contractCodec
  const { contract, treasuryHotkey, treasuryColdkey, treasuryBirth } = deployed
  const state: Effect.Effect<StateView> = Effect.suspend(() => Effect.fromNullable(chain.stateOf(chain.head()))).pipe(Effect.orDie)

  const dryRun = <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>, on = state, limits = GAS) =>
    Effect.gen(function* () {
      const caller = yield* account(who)
      const parameters = callParameters(caller, contract, codec.encodeMessage(name, args), limits)
      const ran = yield* chain.call(yield* on, "ContractsApi_call", parameters)
      const { data, error, gas } = decodeRan(ran.result)
      if (error === undefined) return { answer: codec.decodeAnswer(name, data), gas, changes: ran.changes }
      return yield* Effect.fail(
        new Error(`${name}: ${nameOf(api, api.registry.createType<DispatchError>("SpRuntimeDispatchError", error))}`)
      )
    })

  const named = <Value>(answer: Either.Either<Value, ContractRefusal | { readonly _tag: "UnreadableContractData" }>) =>
    Either.mapLeft(answer, (left) => {
      if (left._tag === "ContractRefusal") return left.error
      throw left
    })

  const sendAnyway: World["sendAnyway"] = (who, name, args) =>
    Effect.gen(function* () {
      const { answer, gas } = yield* dryRun(who, name, args)
      const sent = yield* send(call(api, "contracts", "call", contract, 0, GAS, null, codec.encodeMessage(name, args)), yield* keyOf(who))
      const error = failed(sent, api)
      if (error !== undefined && error !== "ContractReverted") return yield* Effect.fail(new Error(`${name}: ${error}`))
      return { accepted: error === undefined, answer: named(answer), gas, events: eventsOf(sent, contract, codec) }
    })

  const ok: World["ok"] = (who, name, args) =>
    Effect.flatMap(sendAnyway(who, name, args), (sent) => {
      if (sent.accepted && Either.isRight(sent.answer)) return Effect.succeed(sent)
      const plain = (_: string, value: unknown) => (typeof value === "bigint" ? String(value) : value)
      const reason = Either.isLeft(sent.answer) ? JSON.stringify(sent.answer.left, plain) : "by its block, not by the dry run"
      return Effect.fail(new Error(`${name} was refused: ${reason}`))
    })

  const stake = (hotkey: string, coldkey: string) =>
    Effect.map(state, (now) => stakeIn(readPool(now, NETUID, AccountAddress.make(hotkey)), AccountAddress.make(coldkey)))

  const readChild = Effect.map(query(api, "contracts", "contractInfoOf", contract), (info) =>
    typeof info === "object" && info !== null && "trieId" in info ? String(info.trieId).slice(2) : ""
  )
  const child = Effect.runSync(Effect.cached(readChild))

  const everything = Effect.gen(function* () {
    const now = yield* state
    const trie = yield* child
    const keys = [...now.keys(trie, "")]
    if (keys.length === 0) throw new Error("the contract stores nothing")
    const [own, treasury] = yield* Effect.all([stake(treasuryHotkey, contract), stake(treasuryHotkey, treasuryColdkey)])
    return JSON.stringify({ keys, values: keys.map((key) => now.get(trie, key)?.toHex()), own: String(own), treasury: String(treasury) })
  })

  const refused: World["refused"] = (who, name, args) =>
    Effect.gen(function* () {
      const before = yield* everything
      const { accepted, answer, events } = yield* sendAnyway(who, name, args)
      if (accepted || Either.isRight(answer)) return yield* Effect.fail(new Error(`${name} was not refused`))
      if ((yield* everything) !== before || events.length > 0)
        return yield* Effect.fail(new Error(`${name} was refused and changed something`))
      return answer.left
    })

  const answerWith: World["answerWith"] = (storage, who, name, args, limits) =>
    Effect.gen(function* () {
      const other = new Overlay(yield* state)
      for (const [key, value] of storage) other.set("", key, value)
      const ran = yield* dryRun(who, name, args, Effect.succeed(other), limits)
      const answer = named(ran.answer)
      if (Either.isLeft(answer) && ran.changes.some(({ child }) => child !== ""))
        return yield* Effect.fail(new Error(`${name} was refused and changed something`))
      return answer
    })
  const answerIn: World["answerIn"] = (block, who, name, args) =>
    answerWith([[storageValueKey("System", "Number"), unsigned(block, 4)]], who, name, args)

  const block = Effect.sync(() => chain.head().number)
  const sudo = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
    Effect.gen(function* () {
      const result = yield* submit(api, OWNER, "sudo", "sudo", call(api, pallet, name, ...args))
      const inner = fieldOf(result, "Sudid", 0)
      if (!inner.includes("Ok")) return yield* Effect.fail(new Error(`sudo ${pallet}.${name}: ${inner}`))
    })

  return {
    by: (other) => worldOf(dev, api, deployed, other),
    endpoint,
    api,
    contract,
    treasuryHotkey,
    treasuryColdkey,
    treasuryBirth,
    sendAnyway,
    ok,
    refused,
    answerIn,
    answerWith,
    raw: (key) => Effect.map(state, (now) => now.get("", key)),
    read: (name, args) =>
      Effect.map(dryRun(STRANGER, name, args), ({ answer }) =>
        Either.getOrThrowWith(answer, (left) => new Error(`${name}: ${left.message}`))
      ),
    stored: (name, args) =>
      Effect.gen(function* () {
        const [now, trie, number] = yield* Effect.all([state, child, block])
        return yield* Effect.try({
          try: () => client.readings.answerOf(name, args, number, (key) => now.get(trie, key.slice(2))),
          catch: (reason) => new Error(`${name}: ${String(reason)}`)
        })
      }),
    dryGas: (who, name, args) => Effect.map(dryRun(who, name, args), ({ gas }) => gas),
    sudo,
    block,
    toBlock: (target) =>
      Effect.gen(function* () {
        const missing = target - (yield* block)
        if (missing < 0) throw new Error(`block ${target} is in the past by ${-missing}`)
        if (missing > MOST_ANNOUNCED) yield* Effect.orDie(chain.fastForward(missing))
        else for (let built = 0; built < missing; built++) yield* Effect.orDie(chain.build)
      }),
    stake,
    everything,
    give: (who) => Effect.flatMap(account(who), (address) => submit(api, OWNER, "balances", "transferKeepAlive", address, 100n * ALPHA)),
    feed: (amount) => submit(api, "//Ferdie", "subtensorModule", "transferStake", treasuryColdkey, treasuryHotkey, NETUID, NETUID, amount),
    forceStake: (hotkey, coldkey, amount) =>
      Effect.gen(function* () {
        const { alpha, alphaShareEpoch, stakingHotkeys } = api.query.subtensorModule ?? {}
        const epoch = yield* query(api, "subtensorModule", "alphaSharePoolEpoch", hotkey, NETUID)
        const listed = (yield* query(api, "subtensorModule", "stakingHotkeys", coldkey)) ?? []
        const hotkeys = new Set([...(Array.isArray(listed) ? listed.map(String) : []), hotkey])
        yield* sudo("system", "setStorage", [
          [alpha?.key(hotkey, coldkey, NETUID), api.registry.createType("u128", amount << 64n).toHex(true)],
          [alphaShareEpoch?.key(hotkey, coldkey, NETUID), api.registry.createType("u64", epoch).toHex(true)],
          [stakingHotkeys?.key(coldkey), api.registry.createType("Vec<AccountId>", [...hotkeys]).toHex()]
        ])
      })
  }
}

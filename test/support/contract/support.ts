/** The real contract on the dev chain's real pallet-contracts, with a keyless treasury that tests can fund directly. */
import type { ApiPromise } from "@polkadot/api"
import type { KeyringPair } from "@polkadot/keyring/types"
import type { DispatchError } from "@polkadot/types/interfaces"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Effect, Either, Option, type Scope } from "effect"
import { contractCode, contractCodec } from "../../../src/contract-client/artifact.ts"
import { bitmapOfUids } from "../../../src/contract-client/bitmap.ts"
import type { ContractRefusal } from "../../../src/contract-client/codec.ts"
import type {
  Competitor,
  ContractConfig,
  ContractEvent,
  MessageArguments,
  MessageName,
  OutcomeChoice
} from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { ScaleReader, unsigned } from "../../../src/devnet/chain/codec/scale.ts"
import { type DevChain, type DevChainOptions, snapshotOf } from "../../../src/devnet/chain/DevChain.ts"
import { storageValueKey } from "../../../src/devnet/chain/state/keys.ts"
import { Overlay } from "../../../src/devnet/chain/state/Overlay.ts"
import type { StateView } from "../../../src/devnet/chain/state/StateStore.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { ChangeMessage } from "../../../src/owner/changes.ts"
import { call, connect, devChain, keyOf, query, send } from "../devnet/support.ts"
import { callParameters, decodeRan, GAS } from "./contractsApi.ts"
import { NETUID, subnet } from "./subnet.ts"
import type { Sent, Treasury, World } from "./World.ts"

export type { Sent, Treasury, World }
export { NETUID }
export const ALPHA = 1_000_000_000n
export const BOUNTY = 100n * ALPHA
export const ROUND = 20
export const ATTEST = 8

export const VALIDATORS = ["//Validator1", "//Validator2", "//Validator3"] as const
export const OWNER = "//Alice"
/** An account with money for fees but no role in the contract. */
export const STRANGER = "//Bob"

/** The chain announces only some of a longer run of blocks. */
const MOST_ANNOUNCED = 1_000

const addressOf = (pair: KeyringPair): AccountAddress => AccountAddress.make(pair.address)

export const account = (uri: string): Effect.Effect<AccountAddress> => Effect.map(keyOf(uri), addressOf)

/** Miner `uid` with its own keys. The contract does not check that it is registered. */
export const miner = (uid: number): Effect.Effect<Competitor> =>
  Effect.gen(function* () {
    return { uid, hotkey: yield* account(`//Miner${uid}`), coldkey: yield* account(`//Miner${uid}//cold`) }
  })

const nameOf = (api: ApiPromise, error: DispatchError): string =>
  error.isModule ? api.registry.findMetaError(error.asModule).name : error.toString()

const failed = ({ dispatchError }: ISubmittableResult, api: ApiPromise): string | undefined =>
  dispatchError === undefined ? undefined : nameOf(api, dispatchError)

/** Submits a transaction that must succeed. */
const submit = (api: ApiPromise, who: string, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
  Effect.gen(function* () {
    const result = yield* send(call(api, pallet, name, ...args), yield* keyOf(who))
    const error = failed(result, api)
    return error === undefined ? result : yield* Effect.fail(new Error(`${pallet}.${name}: ${error}`))
  })

const eventsOf = (result: ISubmittableResult, contract: string): ReadonlyArray<ContractEvent> =>
  result.events.flatMap(({ event, topics }) => {
    if (event.section !== "contracts" || event.method !== "ContractEmitted" || event.data[0]?.toString() !== contract) return []
    const data = event.data[1]?.toU8a(true) ?? new Uint8Array()
    const decoded = contractCodec.decodeEvent(
      data,
      topics.map((topic) => topic.toHex())
    )
    return Option.toArray(Either.getOrThrow(decoded))
  })

const fieldOf = (result: ISubmittableResult, method: string, field: number): string => {
  const found = result.events.find(({ event }) => event.method === method)?.event.data[field]
  if (found === undefined) throw new Error(`no event ${method}`)
  return found.toString()
}

/** A world's settings. Its set-up ends with this delay: a change applies a block after its announcement. */
export const defaults = {
  netuid: NETUID,
  devChain: true,
  minBounty: 10n * ALPHA,
  maxBounty: 10_000n * ALPHA,
  submissionWindow: 4,
  competitionLength: 40,
  outcomeGrace: 10,
  challengePeriod: 12,
  roundLength: ROUND,
  attestBlocks: ATTEST,
  quorumBps: 5_001,
  weighting: { _tag: "ByStake" },
  maxCompetitionsPerMiner: 1,
  collateralBps: 0,
  slashBps: 10_000,
  harvestStep: 3,
  ownerDelay: 1
} as const satisfies Omit<ContractConfig, "treasuryHotkey" | "treasuryColdkey" | "treasuryBirth">

type ChainOptions = Pick<DevChainOptions, "retention">

/** A chain with a treasury and a contract that is the treasury's proxy. */
interface Deployed extends Treasury {
  readonly contract: AccountAddress
}

/** Creates a keyless treasury on the chain: its neuron is registered, and its creator still is its only proxy. */
export const newTreasury = (api: ApiPromise, spawner = OWNER): Effect.Effect<Treasury, Error> =>
  Effect.gen(function* () {
    const created = yield* submit(api, spawner, "proxy", "createPure", "Any", 0, 0)
    const { status, txIndex: extrinsic } = created
    if (extrinsic === undefined) throw new Error("the transaction does not say where it is")
    const header = yield* Effect.promise(() => api.rpc.chain.getHeader(status.isFinalized ? status.asFinalized : status.asInBlock))
    const birth = { spawner: yield* account(spawner), block: header.number.toNumber(), extrinsic, proxyType: 0, index: 0 }
    const treasury = treasuryOf(birth)
    const { treasuryColdkey, treasuryHotkey } = treasury
    yield* submit(api, spawner, "balances", "transferKeepAlive", treasuryColdkey, 10n * ALPHA)
    yield* submit(
      api,
      spawner,
      "proxy",
      "proxy",
      treasuryColdkey,
      null,
      call(api, "subtensorModule", "burnedRegister", NETUID, treasuryHotkey)
    )
    return treasury
  })

const deploy = (api: ApiPromise, settings: Partial<ContractConfig>): Effect.Effect<Deployed, Error> =>
  Effect.gen(function* () {
    const treasury = yield* newTreasury(api)
    const { treasuryColdkey } = treasury
    const asTreasury = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      submit(api, OWNER, "proxy", "proxy", treasuryColdkey, null, call(api, pallet, name, ...args))
    const config = { ...defaults, ...treasury, ...settings, ownerDelay: 0 }
    const data = contractCodec.encodeConstructor({ config })
    const instantiated = yield* submit(api, OWNER, "contracts", "instantiateWithCode", 0, GAS, null, contractCode, data, "0x")
    const contract = AccountAddress.make(fieldOf(instantiated, "Instantiated", 1))
    yield* asTreasury("proxy", "addProxy", contract, "Transfer", 0)
    yield* asTreasury("proxy", "removeProxy", yield* account(OWNER), "Any", 0)
    return { contract, ...treasury }
  })

const newChain = (options: Partial<DevChainOptions>) =>
  Effect.gen(function* () {
    const chain = yield* devChain(options).pipe(Effect.orDie)
    return { chain, api: yield* connect(chain.endpoint) }
  })

/** A world's initial state, from which chains continue. */
interface Beginning extends Deployed {
  readonly snapshot: ReturnType<typeof snapshotOf>
}

const makeBeginning = (settings: Partial<ContractConfig>): Effect.Effect<Beginning, Error> =>
  Effect.gen(function* () {
    const { chain, api } = yield* newChain({ genesis: { subtensorModule: { subnets: [subnet] } } })
    const deployed = yield* deploy(api, settings)
    const { ok } = worldOf(chain, api, deployed)
    for (const validator of VALIDATORS) {
      yield* ok(OWNER, "addValidator", { hotkey: yield* account(validator), coldkeys: [yield* account(`${validator}//cold`)] })
    }
    const { ownerDelay } = { ...defaults, ...settings }
    if (ownerDelay > 0) yield* ok(OWNER, "setConfig", { settings: [{ _tag: "OwnerDelay", value: ownerDelay }] })
    yield* submit(api, "//Ferdie", "subtensorModule", "addStake", deployed.treasuryHotkey, NETUID, 500_000n * ALPHA)
    return { ...deployed, snapshot: snapshotOf(chain) }
  }).pipe(Effect.scoped)

/** Deploying takes three times as long as restoring, so each test file deploys each kind of world only once. */
const beginnings = new Map<string, Beginning>()

const beginning = (settings: Partial<ContractConfig>) =>
  Effect.gen(function* () {
    const key = JSON.stringify(settings, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value))
    const known = beginnings.get(key)
    if (known !== undefined) return known
    const made = yield* makeBeginning(settings)
    beginnings.set(key, made)
    return made
  })

/** A new chain with a new contract whose whitelist holds three validators of 50,000, 30,000 and 20,000 alpha. */
export const world = (settings: Partial<ContractConfig> = {}, options: ChainOptions = {}): Effect.Effect<World, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const { snapshot, ...deployed } = yield* beginning(settings)
    const { chain, api } = yield* newChain({ from: snapshot, ...options })
    return worldOf(chain, api, deployed)
  })

/** A world's chain runs in this process, so that reads and dry runs need no requests. */
const worldOf = (
  { chain, endpoint }: DevChain,
  api: ApiPromise,
  { contract, treasuryHotkey, treasuryColdkey, treasuryBirth }: Deployed
): World => {
  const state: Effect.Effect<StateView> = Effect.suspend(() => Effect.fromNullable(chain.stateOf(chain.head()))).pipe(Effect.orDie)

  const dryRun = <Name extends MessageName>(who: string, name: Name, args: MessageArguments<Name>, on = state) =>
    Effect.gen(function* () {
      const caller = yield* account(who)
      const parameters = callParameters(caller, contract, contractCodec.encodeMessage(name, args))
      const ran = yield* chain.call(yield* on, "ContractsApi_call", parameters)
      const { data, error, gas } = decodeRan(ran.result)
      if (error === undefined) return { answer: contractCodec.decodeAnswer(name, data), gas, changes: ran.changes }
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
      const sent = yield* send(
        call(api, "contracts", "call", contract, 0, GAS, null, contractCodec.encodeMessage(name, args)),
        yield* keyOf(who)
      )
      const error = failed(sent, api)
      if (error !== undefined && error !== "ContractReverted") return yield* Effect.fail(new Error(`${name}: ${error}`))
      return { accepted: error === undefined, answer: named(answer), gas, events: eventsOf(sent, contract) }
    })

  const ok: World["ok"] = (who, name, args) =>
    Effect.flatMap(sendAnyway(who, name, args), (sent) => {
      if (sent.accepted && Either.isRight(sent.answer)) return Effect.succeed(sent)
      const reason = Either.isLeft(sent.answer) ? JSON.stringify(sent.answer.left) : "by its block, not by the dry run"
      return Effect.fail(new Error(`${name} was refused: ${reason}`))
    })

  const stake = (hotkey: string, coldkey: string) =>
    Effect.map(state, (now) => {
      const key = api.query.subtensorModule?.alpha?.key(hotkey, coldkey, NETUID)
      if (key === undefined) throw new Error("the runtime has no SubtensorModule.Alpha")
      const bytes = now.get("", key.slice(2))
      return bytes === undefined ? 0n : new ScaleReader(bytes).unsigned(16) >> 64n
    })

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

  const answerIn: World["answerIn"] = (block, who, name, args) =>
    Effect.gen(function* () {
      const later = new Overlay(yield* state)
      later.set("", storageValueKey("System", "Number"), unsigned(block, 4))
      const ran = yield* dryRun(who, name, args, Effect.succeed(later))
      const answer = named(ran.answer)
      if (Either.isLeft(answer) && ran.changes.some(({ child }) => child !== ""))
        return yield* Effect.fail(new Error(`${name} was refused and changed something`))
      return answer
    })

  const block = Effect.sync(() => chain.head().number)
  const sudo = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
    Effect.gen(function* () {
      const result = yield* submit(api, OWNER, "sudo", "sudo", call(api, pallet, name, ...args))
      const inner = fieldOf(result, "Sudid", 0)
      if (!inner.includes("Ok")) return yield* Effect.fail(new Error(`sudo ${pallet}.${name}: ${inner}`))
    })

  return {
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
    read: (name, args) =>
      Effect.map(dryRun(STRANGER, name, args), ({ answer }) =>
        Either.getOrThrowWith(answer, (left) => new Error(`${name}: ${left.message}`))
      ),
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
        const { alpha, stakingHotkeys } = api.query.subtensorModule ?? {}
        const listed = (yield* query(api, "subtensorModule", "stakingHotkeys", coldkey)) ?? []
        const hotkeys = new Set([...(Array.isArray(listed) ? listed.map(String) : []), hotkey])
        yield* sudo("system", "setStorage", [
          [alpha?.key(hotkey, coldkey, NETUID), api.registry.createType("u128", amount << 64n).toHex(true)],
          [stakingHotkeys?.key(coldkey), api.registry.createType("Vec<AccountId>", [...hotkeys]).toHex()]
        ])
      })
  }
}

/** Announces a change as the owner, and lets a stranger apply it as soon as it may be. Returns what was sent to apply it. */
export const changed = <Name extends ChangeMessage>(world: World, name: Name, args: MessageArguments<Name>) =>
  Effect.gen(function* () {
    const { events } = yield* world.ok(OWNER, name, args)
    const announced = events.find((event) => event._tag === "ChangeAnnounced")
    if (announced === undefined) throw new Error(`${name} announced nothing`)
    const { appliesFrom, change } = announced
    if ((yield* world.block) < appliesFrom) yield* world.toBlock(appliesFrom)
    return yield* world.ok(STRANGER, "apply", { change })
  })

/** The next round, in which nothing has happened yet. */
export const nextRound = (world: World) => Effect.map(world.block, (block) => Math.floor(block / ROUND) + 1)

/** Registers an issue and fills its bounty. */
export const openIssue = (world: World, number: number) =>
  Effect.gen(function* () {
    const { answer } = yield* world.ok(OWNER, "registerIssue", { repository: "acme/widgets", number, bounty: BOUNTY })
    yield* world.feed(BOUNTY)
    yield* world.ok(STRANGER, "harvest", {})
    return Either.getOrThrow(answer)
  })

/** Lets all three validators attest these UIDs in the next round. Returns that round, in which pairs can now be voted on. */
export const attested = (world: World, issue: number, uids: ReadonlyArray<number>) =>
  Effect.gen(function* () {
    const round = yield* nextRound(world)
    yield* world.toBlock(round * ROUND)
    for (const validator of VALIDATORS) {
      yield* world.ok(validator, "attestEnrolled", { issue, round, enrolled: bitmapOfUids(uids), skipped: bitmapOfUids([9]) })
    }
    yield* world.toBlock(round * ROUND + ATTEST)
    return round
  })

/** Starts a competition of two miners and returns its id. */
export const started = (world: World, issue: number, [a, b]: readonly [number, number]) =>
  Effect.gen(function* () {
    const round = yield* attested(world, issue, [a, b])
    const vote = { issue, round, a: yield* miner(a), b: yield* miner(b) }
    yield* world.ok("//Validator1", "votePair", vote)
    yield* world.ok("//Validator2", "votePair", vote)
    return (yield* world.read("counts", {})).competitions
  })

export const solved = (uid: number): Effect.Effect<OutcomeChoice> =>
  Effect.map(miner(uid), ({ hotkey }) => ({ _tag: "Solved", hotkey, pullRequest: 57 }))

/** Casts the same vote as validators 1 and 2, which are a quorum. */
export const decide = (world: World, issue: number, choice: OutcomeChoice) =>
  Effect.gen(function* () {
    yield* world.ok("//Validator1", "voteOutcome", { issue, choice })
    return yield* world.ok("//Validator2", "voteOutcome", { issue, choice })
  })

/** Makes a miner win a competition that has just started. */
export const won = (world: World, competition: number, uid: number) =>
  Effect.gen(function* () {
    const running = yield* world.read("competition", { id: competition })
    if (running === null) throw new Error(`no competition ${competition}`)
    if ((yield* world.block) < running.submissionsFrom) yield* world.toBlock(running.submissionsFrom)
    yield* decide(world, running.issue, yield* solved(uid))
  })

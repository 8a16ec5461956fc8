/** The start of every sequence: a dev chain on which the contract was really deployed, whose state is then forked in memory. */
import type { ApiPromise } from "@polkadot/api"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Effect, Schema } from "effect"
import { contractCode, contractCodec } from "../../../../src/contract-client/artifact.ts"
import type { ContractConfig } from "../../../../src/contract-client/generated.ts"
import type { BareHex } from "../../../../src/devnet/chain/codec/hex.ts"
import type { GenesisJson } from "../../../../src/devnet/chain/genesis.ts"
import { codeKey } from "../../../../src/devnet/chain/state/keys.ts"
import type { StateView } from "../../../../src/devnet/chain/state/StateStore.ts"
import { AccountAddress } from "../../../../src/domain/Account.ts"
import { ALPHA, defaults, NETUID, OWNER } from "../../../support/contract/support.ts"
import { call, connect, devChain, keyOf, query, send } from "../../../support/devnet/support.ts"
import { type Actors, makeActors } from "./actors.ts"
import { Types } from "./scale.ts"

/** Half a second on the chain's reference machine. */
const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }

/** A state of the dev chain that contains the contract, and its runtime. */
export interface Stage {
  readonly runtime: Uint8Array
  readonly state: StateView
  /** The block of this state. */
  readonly block: number
  readonly actors: Actors
  readonly contract: AccountAddress
  readonly config: ContractConfig
  /** The contract's child trie. */
  readonly child: BareHex
  /** The runtime's types, with the type numbers of a block's events and of a call's error. */
  readonly runtimeTypes: Types
  readonly eventsType: number
  readonly dispatchErrorType: number
}

/** Hotkeys that a step may give the treasury: two of its own, a miner's, and an unregistered one. */
export const treasuryHotkeys = ({ actors, config }: Stage): ReadonlyArray<AccountAddress> => [
  ...actors.treasuries,
  ...actors.miners.slice(0, 1).map(({ hotkey }) => hotkey),
  config.treasuryColdkey
]

/** Coldkeys that a step may give the treasury. The contract is a proxy of the first one only. */
export const treasuryColdkeys = ({ actors, config, contract }: Stage): ReadonlyArray<AccountAddress> => [
  config.treasuryColdkey,
  actors.stranger,
  ...actors.validators.slice(0, 1).flatMap(({ coldkeys }) => coldkeys.slice(0, 1)),
  contract
]

const fieldOf = (result: ISubmittableResult, method: string, field: number): string => {
  const found = result.events.find(({ event }) => event.method === method)?.event.data[field]
  if (result.dispatchError !== undefined || found === undefined) throw new Error(`no event ${method}: ${String(result.dispatchError)}`)
  return found.toString()
}

/** Every actor can pay fees; miners and validators are neurons without stake. */
const genesisOf = (actors: Actors, neurons: ReadonlyArray<ReadonlyArray<string | undefined>>): GenesisJson => {
  const { miners, owner, secondOwner, stranger, validators } = actors
  const accounts = new Set<string>([owner, secondOwner, stranger])
  for (const { coldkeys, hotkey } of validators) for (const account of [hotkey, ...coldkeys]) accounts.add(account)
  for (const { coldkey, hotkey } of miners) for (const account of [hotkey, coldkey]) accounts.add(account)
  return {
    balances: { balances: [...accounts].map((account) => [account, 1_000_000 * Number(ALPHA)]) },
    subtensorModule: {
      subnets: [
        {
          netuid: NETUID,
          ownerHotkey: "5EjjRco7VPehqCw2q8SS3CK4g67CQDx2pAAZhvaAUCtb76tT",
          ownerColdkey: "5CkPtA8wM2YKDmi7CzMMiLD8skYxHD44cwFN9JfDdynpy5WU",
          tempo: 10,
          alphaEmissionPerBlock: 0,
          neurons: neurons.map(([hotkey, coldkey]) => ({ hotkey, coldkey, stake: 0 }))
        }
      ]
    }
  }
}

const typesOf = (api: ApiPromise): Pick<Stage, "runtimeTypes" | "eventsType" | "dispatchErrorType"> => {
  const { lookup, pallets } = api.runtimeMetadata.asLatest
  const runtimeTypes = Schema.decodeUnknownSync(Types)(lookup.types.toJSON())
  const events = pallets
    .find(({ name }) => name.toString() === "System")
    ?.storage.unwrap()
    .items.find(({ name }) => name.toString() === "Events")
  const dispatchError = runtimeTypes.find(({ type }) => type.path?.join("::") === "sp_runtime::DispatchError")
  if (events === undefined || dispatchError === undefined) throw new Error("the runtime's metadata lacks what every runtime has")
  return { runtimeTypes, eventsType: events.type.asPlain.toNumber(), dispatchErrorType: dispatchError.id }
}

/** Deploys the contract as `owner deploy` does: a pure proxy as treasury coldkey, the contract its only proxy. */
export const setStage: Effect.Effect<Stage, Error> = Effect.scoped(
  Effect.gen(function* () {
    const actors = yield* makeActors
    const neurons = [
      ...actors.validators.map(({ coldkeys, hotkey }) => [hotkey, coldkeys[0]]),
      ...actors.miners.slice(0, -1).map(({ coldkey, hotkey }) => [hotkey, coldkey])
    ]
    const { chain, endpoint } = yield* devChain({ genesis: genesisOf(actors, neurons) }).pipe(Effect.orDie)
    const api = yield* connect(endpoint)
    const owner = yield* keyOf(OWNER)
    const [treasuryHotkey, otherTreasury] = actors.treasuries
    if (treasuryHotkey === undefined || otherTreasury === undefined) return yield* Effect.fail(new Error("there are two treasuries"))
    const submit = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) => send(call(api, pallet, name, ...args), owner)

    const treasuryColdkey = AccountAddress.make(fieldOf(yield* submit("proxy", "createPure", "Any", 0, 0), "PureCreated", 0))
    const asTreasury = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      submit("proxy", "proxy", treasuryColdkey, null, call(api, pallet, name, ...args))
    yield* submit("balances", "transferKeepAlive", treasuryColdkey, 10n * ALPHA)
    yield* asTreasury("subtensorModule", "burnedRegister", NETUID, treasuryHotkey)
    yield* submit("subtensorModule", "burnedRegister", NETUID, otherTreasury)

    const config: ContractConfig = { ...defaults, treasuryHotkey, treasuryColdkey }
    const created = yield* submit(
      "contracts",
      "instantiateWithCode",
      0,
      GAS,
      null,
      contractCode,
      contractCodec.encodeConstructor({ config }),
      "0x"
    )
    const contract = AccountAddress.make(fieldOf(created, "Instantiated", 1))
    yield* asTreasury("proxy", "addProxy", contract, "Transfer", 0)
    yield* asTreasury("proxy", "removeProxy", owner.address, "Any", 0)

    const info = yield* query(api, "contracts", "contractInfoOf", contract)
    if (typeof info !== "object" || info === null || !("trieId" in info)) return yield* Effect.fail(new Error("there is no contract"))
    const head = chain.head()
    const state = chain.stateOf(head)
    const runtime = state?.get("", codeKey)
    if (state === undefined || runtime === undefined) return yield* Effect.fail(new Error("the chain has no state"))
    return {
      runtime,
      state,
      block: head.number,
      actors,
      contract,
      config,
      child: String(info.trieId).slice(2),
      ...typesOf(api)
    }
  })
)

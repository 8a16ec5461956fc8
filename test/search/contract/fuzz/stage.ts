/** The start of every sequence: a dev chain on which the contract was really deployed, whose state is then forked in memory. */
import type { ApiPromise } from "@polkadot/api"
import type { ISubmittableResult } from "@polkadot/types/types"
import { Effect, Schema } from "effect"
import type { BareHex } from "../../../../lab/devnet/chain/codec/hex.ts"
import type { GenesisJson } from "../../../../lab/devnet/chain/genesis.ts"
import { codeKey } from "../../../../lab/devnet/chain/state/keys.ts"
import type { StateView } from "../../../../lab/devnet/chain/state/StateStore.ts"
import { contractCode, contractCodec } from "../../../../src/contract-client/artifact.ts"
import { type Birth, CODE_HASH, type ContractConfig } from "../../../../src/contract-client/generated.ts"
import { keylessHotkey } from "../../../../src/contract-client/keyless.ts"
import { AccountAddress, fromPublicKey } from "../../../../src/domain/Account.ts"
import { OWNER } from "../../../support/contract/accounts.ts"
import { ALPHA, defaults } from "../../../support/contract/settings.ts"
import { NETUID } from "../../../support/contract/subnet.ts"
import { call, connect, devChain, keyOf, query, send } from "../../../support/devnet/support.ts"
import { type Actors, makeActors } from "./actors.ts"
import { Types } from "./scale.ts"

/** Half a second on the chain's reference machine. */
const GAS = { refTime: 500_000_000_000n, proofSize: 10_000_000n }

/** A treasury that a step may name. */
export interface TreasuryActor {
  readonly coldkey: AccountAddress
  readonly hotkey: AccountAddress
  readonly birth: Birth
}

/** A state of the dev chain that contains the contract, and its runtime. */
export interface Stage {
  readonly runtime: Uint8Array
  readonly state: StateView
  /** The block of this state. */
  readonly block: number
  readonly actors: Actors
  readonly contract: AccountAddress
  readonly config: ContractConfig
  /**
   * Keyless treasuries. The contract starts with the first and is a proxy of the first two coldkeys; the third's hotkey is not registered on the
   * chain.
   */
  readonly treasuries: ReadonlyArray<TreasuryActor>
  /** Hashes of two uploaded codes that do the same. The contract starts with the first. */
  readonly codes: readonly [string, string]
  /** The contract's child trie. */
  readonly child: BareHex
  /** The runtime's types, with the type numbers of a block's events and of a call's error. */
  readonly runtimeTypes: Types
  readonly eventsType: number
  readonly dispatchErrorType: number
}

/** All treasuries' hotkeys. */
export const treasuryHotkeys = ({ treasuries }: Stage): ReadonlyArray<AccountAddress> => treasuries.map(({ hotkey }) => hotkey)

/** All treasuries' coldkeys. */
export const treasuryColdkeys = ({ treasuries }: Stage): ReadonlyArray<AccountAddress> => treasuries.map(({ coldkey }) => coldkey)

/** Accounts that fill the whitelist. */
export const crowd: ReadonlyArray<AccountAddress> = Array.from({ length: 64 }, (_, index) =>
  fromPublicKey(new Uint8Array(32).fill(index + 1))
)

/** The code with an additional empty section, which changes its hash. */
const withSection = (code: string): string => {
  const name = new TextEncoder().encode("again")
  return `${code}${new Uint8Array([0, name.length + 1, name.length, ...name]).toHex()}`
}

const fieldOf = (result: ISubmittableResult, method: string, field: number): string => {
  const found = result.events.find(({ event }) => event.method === method)?.event.data[field]
  if (result.dispatchError !== undefined || found === undefined) throw new Error(`no event ${method}: ${String(result.dispatchError)}`)
  return found.toString()
}

/** Every actor can pay fees; miners and validators are neurons without stake. */
const genesisOf = (actors: Actors, neurons: ReadonlyArray<ReadonlyArray<string | undefined>>): GenesisJson => {
  const { miners, owner, secondOwner, stranger, validators } = actors
  const accounts = new Set<string>([owner, secondOwner, stranger, ...crowd])
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
  return {
    runtimeTypes,
    eventsType: events.type.asPlain.toNumber(),
    dispatchErrorType: dispatchError.id
  }
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
    const submit = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) => send(call(api, pallet, name, ...args), owner)
    const asTreasury = (coldkey: AccountAddress, pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      submit("proxy", "proxy", coldkey, null, call(api, pallet, name, ...args))

    /** Creates a pure proxy, and registers a neuron for its derived hotkey. */
    const newTreasury = (index: number, registers: boolean): Effect.Effect<TreasuryActor, Error> =>
      Effect.gen(function* () {
        const created = yield* submit("proxy", "createPure", "Any", 0, index)
        const coldkey = AccountAddress.make(fieldOf(created, "PureCreated", 0))
        const block = chain.head().number
        const birth = {
          spawner: AccountAddress.make(owner.address),
          block,
          extrinsic: created.txIndex ?? 0,
          proxyType: 0,
          index,
          salt: `0x${"07".repeat(32)}`
        }
        const hotkey = keylessHotkey(coldkey, birth.salt)
        yield* submit("balances", "transferKeepAlive", coldkey, 10n * ALPHA)
        if (registers) yield* asTreasury(coldkey, "subtensorModule", "burnedRegister", NETUID, hotkey)
        return { coldkey, hotkey, birth }
      })
    const first = yield* newTreasury(0, true)
    const second = yield* newTreasury(1, true)
    const treasuries = [first, second, yield* newTreasury(2, false)]

    const { birth: treasuryBirth, coldkey: treasuryColdkey, hotkey: treasuryHotkey } = first
    const given: ContractConfig = {
      ...defaults,
      day: 4,
      recycleAfter: 60,
      ownerDelay: 0,
      treasuryHotkey,
      treasuryColdkey,
      treasuryBirth
    }
    const created = yield* submit(
      "contracts",
      "instantiateWithCode",
      0,
      GAS,
      null,
      contractCode,
      contractCodec.encodeConstructor({ config: given }),
      "0x"
    )
    const config = { ...given, rosterSignerSince: chain.head().number }
    const contract = AccountAddress.make(fieldOf(created, "Instantiated", 1))
    const uploaded = yield* submit("contracts", "uploadCode", withSection(contractCode), null, "Enforced")
    const codes = [CODE_HASH, fieldOf(uploaded, "CodeStored", 0)] as const
    for (const { coldkey } of [first, second]) {
      yield* asTreasury(coldkey, "proxy", "addProxy", contract, "Transfer", 0)
      yield* asTreasury(coldkey, "proxy", "removeProxy", owner.address, "Any", 0)
    }

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
      treasuries,
      codes,
      child: String(info.trieId).slice(2),
      ...typesOf(api)
    }
  })
)

/** The real contract on the dev chain, with a keyless treasury that tests can fund directly. */
import type { ApiPromise } from "@polkadot/api"
import { Effect } from "effect"
import { contractCode, contractCodec } from "../../../src/contract-client/artifact.ts"
import type { ContractConfig } from "../../../src/contract-client/generated.ts"
import { treasuryOf } from "../../../src/contract-client/keyless.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import type { Hex } from "../../../src/domain/hex.ts"
import { call } from "../devnet/support.ts"
import { account, OWNER } from "./accounts.ts"
import { GAS } from "./contractsApi.ts"
import { ALPHA, defaults } from "./settings.ts"
import { NETUID } from "./subnet.ts"
import { fieldOf, submit } from "./transactions.ts"
import type { Treasury } from "./World.ts"

/** A chain with a treasury and a contract that is the treasury's proxy. */
export interface Deployed extends Treasury {
  readonly contract: AccountAddress
}

/** Creates a keyless treasury on the chain: its neuron is registered, and its creator is still its only proxy. */
export const newTreasury = (api: ApiPromise, spawner = OWNER): Effect.Effect<Treasury, Error> =>
  Effect.gen(function* () {
    const created = yield* submit(api, spawner, "proxy", "createPure", "Any", 0, 0)
    const { status, txIndex: extrinsic } = created
    if (extrinsic === undefined) throw new Error("the transaction does not say where it is")
    const header = yield* Effect.promise(() => api.rpc.chain.getHeader(status.isFinalized ? status.asFinalized : status.asInBlock))
    const birth = {
      spawner: yield* account(spawner),
      block: header.number.toNumber(),
      extrinsic,
      proxyType: 0,
      index: 0,
      salt: `0x${"07".repeat(32)}`
    }
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

/** Creates a treasury and the contract, and makes the contract the treasury's only proxy. The contract stays in its set-up. */
export const deploy = (api: ApiPromise, settings: Partial<ContractConfig>, code: Hex = contractCode): Effect.Effect<Deployed, Error> =>
  Effect.gen(function* () {
    const treasury = yield* newTreasury(api)
    const { treasuryColdkey } = treasury
    const asTreasury = (pallet: string, name: string, ...args: ReadonlyArray<unknown>) =>
      submit(api, OWNER, "proxy", "proxy", treasuryColdkey, null, call(api, pallet, name, ...args))
    const config = { ...defaults, ...treasury, ...settings, ownerDelay: 0 }
    const data = contractCodec.encodeConstructor({ config })
    const instantiated = yield* submit(api, OWNER, "contracts", "instantiateWithCode", 0, GAS, null, code, data, "0x")
    const contract = AccountAddress.make(fieldOf(instantiated, "Instantiated", 1))
    yield* asTreasury("proxy", "addProxy", contract, "Transfer", 0)
    yield* asTreasury("proxy", "removeProxy", yield* account(OWNER), "Any", 0)
    return { contract, ...treasury }
  })

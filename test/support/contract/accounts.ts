/** The accounts of a contract's world. */
import type { KeyringPair } from "@polkadot/keyring/types"
import { Effect } from "effect"
import type { Competitor } from "../../../src/contract-client/generated.ts"
import { AccountAddress } from "../../../src/domain/Account.ts"
import { keyOf } from "../devnet/support.ts"

export const VALIDATORS = ["//Validator1", "//Validator2", "//Validator3"] as const
export const OWNER = "//Alice"
/** An account with money for fees but no role in the contract. */
export const STRANGER = "//Bob"

const addressOf = (pair: KeyringPair): AccountAddress => AccountAddress.make(pair.address)

export const account = (uri: string): Effect.Effect<AccountAddress> => Effect.map(keyOf(uri), addressOf)

/** Miner `uid` with its own keys. The contract does not check that it is registered. */
export const miner = (uid: number): Effect.Effect<Competitor> =>
  Effect.gen(function* () {
    return { uid, hotkey: yield* account(`//Miner${uid}`), coldkey: yield* account(`//Miner${uid}//cold`) }
  })

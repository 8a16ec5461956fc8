/** The actors in a sequence. */
import { Effect } from "effect"
import { AccountAddress } from "../../../../src/domain/Account.ts"
import { keyOf } from "../../../support/devnet/support.ts"

export interface Miner {
  readonly uid: number
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
}

export interface ValidatorActor {
  readonly hotkey: AccountAddress
  readonly coldkeys: ReadonlyArray<AccountAddress>
}

export interface Actors {
  /** The contract's first owner, who may become its owner again. */
  readonly owner: AccountAddress
  readonly secondOwner: AccountAddress
  /** An account without any role. */
  readonly stranger: AccountAddress
  /** The first three start on the whitelist. */
  readonly validators: ReadonlyArray<ValidatorActor>
  /** Two of them share a coldkey. The last one's hotkey is not registered on the chain. */
  readonly miners: ReadonlyArray<Miner>
  /** The accounts of all actors. */
  readonly all: ReadonlyArray<AccountAddress>
  /** An account's readable name. */
  readonly nameOf: (account: string) => string | undefined
}

export const VALIDATORS = 5
export const MINERS = 6
/** UIDs of the miners: 5 and up. */
export const uidOf = (miner: number): number => 5 + miner

const account = (uri: string) => Effect.map(keyOf(uri), ({ address }) => AccountAddress.make(address))

const range = (count: number) => Array.from({ length: count }, (_, index) => index)

export const makeActors: Effect.Effect<Actors> = Effect.gen(function* () {
  const names = new Map<AccountAddress, string>()
  const named = (name: string, uri: string) => Effect.tap(account(uri), (address) => Effect.sync(() => names.set(address, name)))
  const owner = yield* named("owner", "//Alice")
  const secondOwner = yield* named("secondOwner", "//Charlie")
  const stranger = yield* named("stranger", "//Bob")
  const validators = yield* Effect.forEach(range(VALIDATORS), (index) =>
    Effect.gen(function* () {
      const hotkey = yield* named(`validator${index}`, `//Validator${index + 1}`)
      const coldkeys = yield* Effect.forEach(range(3), (cold) =>
        named(`validator${index}.cold${cold}`, `//Validator${index + 1}//cold${cold}`)
      )
      return { hotkey, coldkeys }
    })
  )
  const miners = yield* Effect.forEach(range(MINERS), (index) =>
    Effect.gen(function* () {
      const hotkey = yield* named(`miner${index}`, `//Miner${index}`)
      const coldkey = index === 1 ? yield* account("//Miner0//cold") : yield* named(`miner${index}.cold`, `//Miner${index}//cold`)
      return { uid: uidOf(index), hotkey, coldkey }
    })
  )
  const byText = new Map<string, string>(names)
  return { owner, secondOwner, stranger, validators, miners, all: [...names.keys()], nameOf: (address) => byText.get(address) }
})

/** Who takes part in a sequence. */
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
  /** Owns the contract at first, may own it again. */
  readonly owner: AccountAddress
  readonly secondOwner: AccountAddress
  /** Somebody with no part in anything. */
  readonly stranger: AccountAddress
  /** The first three are on the whitelist at first. */
  readonly validators: ReadonlyArray<ValidatorActor>
  /** Two of them have one coldkey; the last one's hotkey is unknown to the chain. */
  readonly miners: ReadonlyArray<Miner>
  /** Hotkeys that can be the treasury's: the first is. */
  readonly treasuries: ReadonlyArray<AccountAddress>
  /** Every account of these. */
  readonly all: ReadonlyArray<AccountAddress>
  /** An account's name, to be read by people. */
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
  const treasuries = yield* Effect.forEach(range(2), (index) =>
    named(`treasury${index}`, index === 0 ? "//Treasury" : `//Treasury${index}`)
  )
  const byText = new Map<string, string>(names)
  return { owner, secondOwner, stranger, validators, miners, treasuries, all: [...names.keys()], nameOf: (address) => byText.get(address) }
})

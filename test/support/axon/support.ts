/** Shared by the axon's tests: keys, a static subnet, and enrolments for it. */
import { Effect, Layer } from "effect"
import { AccountAddress, Hash32 } from "../../../src/domain/Account.ts"
import { Enrolment, format, IssueId } from "../../../src/domain/Enrolment.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import type { AxonTarget } from "../../../src/domain/Metagraph.ts"
import { SubnetView } from "../../../src/layers/chain/subnet/SubnetView.ts"
import * as Enrolments from "../../../src/scoring/issue_competitions/enrolments/Enrolments.ts"

/** A test key whose seed repeats one byte. */
export const key = (byte: number): KeyPair => fromSeed(new Uint8Array(32).fill(byte))

export const miners = [key(1), key(2), key(3), key(4)] as const
export const validators = [key(11), key(12), key(13)] as const
export const stranger = key(99)

export const chain = {
  genesisHash: Hash32.make(`0x${"ab".repeat(32)}`),
  netuid: 74,
  contract: AccountAddress.make("5C4hrfjw9DjXZTzV3MwzrrAr9P1MJhSrvWGWqi1eSuyUpnhM")
}

export interface Subnet {
  block: number
  axons: ReadonlyArray<AxonTarget>
  registered: Set<string>
  /** Stakes in rao. A missing entry means no stake. */
  stakes: Map<string, bigint>
}

export const subnet = (block = 1_000): Subnet => ({
  block,
  axons: [],
  stakes: new Map(),
  registered: new Set([...miners, ...validators].map(({ address }) => address))
})

/** A view of a subnet that a test may change at any time. */
export const viewOf = (state: Subnet, whitelist: ReadonlyArray<KeyPair> = validators) =>
  Layer.succeed(
    SubnetView,
    SubnetView.of({
      ...chain,
      current: Effect.sync(() => ({
        currentBlock: state.block,
        isRegistered: (hotkey) => state.registered.has(hotkey),
        stakeOf: (hotkey) => state.stakes.get(hotkey) ?? 0n,
        isValidator: (hotkey) => whitelist.some(({ address }) => address === hotkey),
        validatorAxons: state.axons
      }))
    })
  )

export const storeOf = (state: Subnet, file = ":memory:", whitelist: ReadonlyArray<KeyPair> = validators) =>
  Enrolments.layer({ file }).pipe(Layer.provideMerge(viewOf(state, whitelist)))

export type Changes = Partial<{ issue: number; choice: "enrol" | "skip"; sequence: number; validFrom: number; validUntil: number }>

export const enrolment = (hotkey: KeyPair, changes: Changes = {}) =>
  new Enrolment({
    ...chain,
    hotkey: hotkey.address,
    choice: "enrol",
    sequence: 1,
    validFrom: 990,
    validUntil: 8_000,
    ...changes,
    issue: IssueId.make(changes.issue ?? 1)
  })

export const signed = (hotkey: KeyPair, changes: Changes = {}) => {
  const text = format(enrolment(hotkey, changes))
  return { text, signature: hotkey.signText(text) }
}

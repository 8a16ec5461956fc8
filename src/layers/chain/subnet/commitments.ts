/** Reads and writes the commitments of the subnet's hotkeys, without losing what other programs keep in the same slot. */
import { Effect } from "effect"
import type { AccountAddress } from "../../../domain/Account.ts"
import * as Slot from "../../../domain/CommitmentSlot.ts"
import { OperationFailed } from "../../../domain/failures.ts"
import type { KeyPair } from "../../../domain/KeyPair.ts"
import type { BlockReference, Chain, ChainUnavailable, Inclusion, SendGuard, SubmitError } from "../node/Chain.ts"
import { newestBlock, parentOf } from "../node/newestBlock.ts"
import { readMap } from "../node/storedMap.ts"
import { sentIfRegistered } from "./refusals.ts"
import { chainFieldsOf, slotFieldsOf } from "./slotFields.ts"

/** The most writes. Between programs that write like this one, two attempts each are enough. */
const MAX_ATTEMPTS = 6

/** One hotkey's slot on a chain. `A`: the chain's result of a write. */
interface SlotAccess<A, E, F> {
  /** The slot at the newest block. */
  readonly read: Effect.Effect<Slot.SlotFields, E>
  /** Replaces the slot. Returns when the block is final, with the slot at the block before it; null if another transaction replaced this one. */
  readonly write: (fields: Slot.SlotFields) => Effect.Effect<{ readonly inclusion: A; readonly replaced: Slot.SlotFields } | null, F>
}

/**
 * Writes a text and keeps everything else in the slot, which other programs write too. Null if it was there already. The pallet can only replace a whole
 * slot. So this reads the slot, writes all of it again, and then compares it with the slot right before its write. It restores what another process wrote
 * in between.
 */
export const writeText = Effect.fn("Subnet.writeText")(function* <A, E, F>(slot: SlotAccess<A, E, F>, text: Slot.SlotText) {
  const changes: Array<Slot.SlotChange> = []
  let included: A | null = null
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const before = yield* slot.read
    const restored = changes.reduce((fields, change) => Slot.redone(fields, change, text._tag), before)
    if (Slot.holds(before, text) && Slot.isSame(restored, before)) return included
    const written = yield* slot.write(yield* Slot.withText(restored, text))
    if (written === null) continue
    included = written.inclusion
    if (!Slot.isSame(written.replaced, before)) changes.push({ from: before, to: written.replaced })
  }
  return yield* new OperationFailed({
    message: `"${Slot.shownText(text)}" was committed ${MAX_ATTEMPTS} times, but another process with the same hotkey replaced it each time: find out what else writes the hotkey's commitment`
  })
})

export interface Commitment {
  readonly account: AccountAddress
  /** The block in which any program last wrote the slot. */
  readonly block: number
  readonly fields: Slot.SlotFields
}

/** Whether another transaction of the account replaced this one, by the chain's error texts. */
const isOvertaken = ({ reason }: { readonly reason: string }) =>
  /outdated|stale|priority is too low|usurped|already imported|invalid nonce/i.test(reason)

interface Reader<E> {
  readonly netuid: number
  readonly chain: Chain["Type"]
  readonly unknown: (reason: string) => E
  readonly decode: (
    value: unknown
  ) => Effect.Effect<{ readonly block: number; readonly info: { readonly fields: ReadonlyArray<unknown> } }, E>
}

export const make = <E>({ netuid, chain, unknown, decode }: Reader<E>) => {
  const commitments = Effect.fn("Subnet.commitments")(function* (at: Pick<BlockReference, "hash">, hotkeys: ReadonlyArray<AccountAddress>) {
    const keys = hotkeys.map((hotkey) => [netuid, hotkey])
    const values = yield* readMap(chain, ["commitments", "commitmentOf"], keys, at.hash)
    if (values === undefined) return yield* Effect.fail(unknown("it has no Commitments pallet"))
    return yield* Effect.forEach(
      hotkeys.flatMap((account, index) => {
        const value = values[index] ?? null
        return value === null ? [] : [[account, value] as const]
      }),
      ([account, value]) =>
        Effect.map(decode(value), ({ block, info }): Commitment => ({ account, block, fields: slotFieldsOf(info.fields) }))
    )
  })

  const slotAt = (hash: string, hotkey: AccountAddress) =>
    Effect.map(commitments({ hash }, [hotkey]), ([found]): Slot.SlotFields => found?.fields ?? [])

  const write = (signer: KeyPair, fields: Slot.SlotFields, guard: SendGuard | undefined) =>
    chain.submit({
      label: "set_commitment",
      signer,
      guard,
      until: "finalised",
      call: (api) => {
        const call = api.tx.commitments?.setCommitment
        if (call === undefined) throw new Error("this chain has no Commitments.set_commitment: is --endpoint a Subtensor node?")
        return call(netuid, { fields: chainFieldsOf(fields) })
      }
    })

  const slotOf = (signer: KeyPair, guard: SendGuard | undefined) => ({
    read: Effect.flatMap(newestBlock(chain), ({ hash }) => slotAt(hash, signer.address)),
    write: Effect.fn("Subnet.writeSlot")(function* (fields: Slot.SlotFields) {
      yield* sentIfRegistered(chain, netuid, signer.address, "set_commitment")
      const inclusion = yield* write(signer, fields, guard).pipe(
        Effect.catchTag("TransactionRefused", (error) => (isOvertaken(error) ? Effect.succeed(null) : Effect.fail(error)))
      )
      return inclusion === null ? null : { inclusion, replaced: yield* slotAt(yield* parentOf(chain, inclusion.block), signer.address) }
    })
  })

  /** One writer at a time for each hotkey in this process. Writes of other processes are detected on the chain. */
  const turns = new Map<AccountAddress, Effect.Semaphore>()
  const turnOf = (hotkey: AccountAddress) => {
    const turn = turns.get(hotkey) ?? Effect.unsafeMakeSemaphore(1)
    turns.set(hotkey, turn)
    return turn
  }

  const setCommitment: SetCommitment<E> = (signer, text, guard) =>
    turnOf(signer.address).withPermits(1)(writeText(slotOf(signer, guard), text))

  return { commitments, setCommitment }
}

export type SetCommitment<E> = (
  signer: KeyPair,
  text: Slot.SlotText,
  guard?: SendGuard
) => Effect.Effect<Inclusion | null, SubmitError | ChainUnavailable | OperationFailed | E>

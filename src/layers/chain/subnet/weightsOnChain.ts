/** Reads validators' weights at a block, and which of them have committed weights that are not revealed yet. */
import { Effect, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { type BlockReference, Chain } from "../node/Chain.ts"
import { readMap } from "../node/storedMap.ts"
import { SmallInteger, Subnet, UnknownSubnet } from "./Subnet.ts"

/** UIDs and their weights from 0 to 65,535, for the subnet's first mechanism. */
const Weights = Schema.Array(Schema.Tuple(SmallInteger, SmallInteger))

/** Account, block, encrypted weights and the beacon's round of each commitment. */
const Commits = Schema.NullOr(Schema.Array(Schema.Tuple(AccountAddress, Schema.Unknown, Schema.Unknown, Schema.Unknown)))

const unexpected = (netuid: number, what: string) =>
  Effect.mapError(({ message }: Error) => new UnknownSubnet({ netuid, reason: `unexpected form of ${what}: ${message}` }))

/** The weights of these UIDs, in one request; empty for a UID without weights. */
export const weightsAt = Effect.fn("Subnet.weightsAt")(function* (at: BlockReference, uids: ReadonlyArray<number>) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const keys = uids.map((uid) => [netuid, uid])
  const values = yield* readMap(chain, ["subtensorModule", "weights"], keys, at.hash)
  if (values === undefined) return yield* new UnknownSubnet({ netuid, reason: "it has no storage SubtensorModule.Weights" })
  const decoded = yield* Schema.decodeUnknown(Schema.Array(Weights))(values.map((value) => value ?? [])).pipe(unexpected(netuid, "weights"))
  return new Map(uids.map((uid, index) => [uid, decoded[index] ?? []]))
})

/** The hotkeys whose weights of an epoch are committed but not revealed at a block. */
export const unrevealedAt = Effect.fn("Subnet.unrevealedAt")(function* (at: BlockReference, epoch: number) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("commitments to weights", at.hash, async ({ query: { subtensorModule } }) =>
    (await subtensorModule?.timelockedWeightCommits?.(netuid, epoch))?.toJSON()
  )
  const commits = yield* Schema.decodeUnknown(Commits)(found ?? null).pipe(unexpected(netuid, "commitments to weights"))
  return new Set((commits ?? []).map(([hotkey]) => hotkey))
})

/** The number of epochs from a weight commitment to its reveal. */
export const revealPeriodAt = Effect.fn("Subnet.revealPeriodAt")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("the reveal period", at.hash, async ({ query: { subtensorModule } }) =>
    (await subtensorModule?.revealPeriodEpochs?.(netuid))?.toJSON()
  )
  return yield* Schema.decodeUnknown(SmallInteger)(found ?? 1).pipe(unexpected(netuid, "the reveal period"))
})

/**
 * Reads who signs rosters. The signer is a setting of the contract, so that a new owner of the subnet does not get the rosters: ownership changes by
 * conviction, without anybody's consent.
 */
import { Context, Effect, Layer, Schema } from "effect"
import { AccountAddress } from "../../../domain/Account.ts"
import { Contract } from "../contract/Contract.ts"
import type { ReadError } from "../contract/errors.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "../node/Chain.ts"
import { Subnet, UnknownSubnet } from "../subnet/Subnet.ts"

export interface SignerAt {
  readonly hotkey: AccountAddress
  /** The block since which it signs; undefined where the chain does not say. */
  readonly since: number | undefined
}

export type SignerUnknown = ChainUnavailable | UnknownSubnet | ReadError

export class RosterSigner extends Context.Tag("gittensor/RosterSigner")<
  RosterSigner,
  {
    /** Who signs rosters after a block. */
    readonly at: (block: BlockReference) => Effect.Effect<SignerAt, SignerUnknown>
  }
>() {}

/** The hotkey of the subnet's owner: the signer where there is no contract. */
export const ownerHotkeyAt = Effect.fn("ownerHotkeyAt")(function* (at: BlockReference) {
  const [chain, { netuid }] = yield* Effect.all([Chain, Subnet])
  const found = yield* chain.readAt("the owner's hotkey", at.hash, async (api) =>
    (await api.query.subtensorModule?.subnetOwnerHotkey?.(netuid))?.toJSON()
  )
  return yield* Schema.decodeUnknown(AccountAddress)(found).pipe(
    Effect.mapError(() => new UnknownSubnet({ netuid, reason: "it has no storage SubtensorModule.SubnetOwnerHotkey" }))
  )
})

const ownersSignature = (at: BlockReference) => Effect.map(ownerHotkeyAt(at), (hotkey): SignerAt => ({ hotkey, since: undefined }))

/** Without a contract, the subnet's owner signs. */
export const layerOfOwner: Layer.Layer<RosterSigner, never, Chain | Subnet> = Layer.effect(
  RosterSigner,
  Effect.map(Effect.context<Chain | Subnet>(), (services) =>
    RosterSigner.of({ at: (block) => Effect.provide(ownersSignature(block), services) })
  )
)

/** The signer in the contract. Before the contract existed, the subnet's owner signed. */
export const layer: Layer.Layer<RosterSigner, never, Chain | Contract | Subnet> = Layer.effect(
  RosterSigner,
  Effect.gen(function* () {
    const contract = yield* Contract
    const services = yield* Effect.context<Chain | Subnet>()
    return RosterSigner.of({
      at: (block) =>
        contract.read("config", {}, block).pipe(
          Effect.map(({ rosterSigner, rosterSignerSince }): SignerAt => ({ hotkey: rosterSigner, since: rosterSignerSince })),
          Effect.catchTag("NoContract", () => Effect.provide(ownersSignature(block), services))
        )
    })
  })
)

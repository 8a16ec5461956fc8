/** Reads a treasury's troubles from the chain. */
import { Effect } from "effect"
import type { ContractConfig } from "../../../contract-client/generated.ts"
import { type TreasuryTrouble, treasuryTroubles } from "../../../domain/TreasuryTrouble.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "../node/Chain.ts"

/** The reasons why the treasury cannot earn or pay at a block. */
export const troublesOfTreasury = (
  { netuid, treasuryColdkey: coldkey, treasuryHotkey: hotkey }: Pick<ContractConfig, "netuid" | "treasuryColdkey" | "treasuryHotkey">,
  at: BlockReference
): Effect.Effect<ReadonlyArray<TreasuryTrouble>, ChainUnavailable, Chain> =>
  Effect.gen(function* () {
    const chain = yield* Chain
    return yield* chain.readAt("state of the treasury", at.hash, async ({ query: { subtensorModule: pallet } }) => {
      const [uid, ownerHotkey, ownerColdkey, transfers] = await Promise.all([
        pallet?.uids?.(netuid, hotkey),
        pallet?.subnetOwnerHotkey?.(netuid),
        pallet?.subnetOwner?.(netuid),
        pallet?.transferToggle?.(netuid)
      ])
      return treasuryTroubles({
        netuid,
        hotkey,
        coldkey,
        isRegistered: uid?.isEmpty === false,
        subnetOwner: { hotkey: String(ownerHotkey), coldkey: String(ownerColdkey) },
        // A chain without this switch allows transfers of stake.
        transfers: transfers?.toJSON() !== false
      })
    })
  })

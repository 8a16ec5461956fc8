/** Reads a treasury's troubles from the chain, and why it earns nothing. */
import { Effect, Schema } from "effect"
import type { ContractConfig } from "../../../contract-client/generated.ts"
import type { AccountAddress } from "../../../domain/Account.ts"
import type { Voter } from "../../../domain/Electorate.ts"
import { type TreasuryTrouble, treasuryTroubles } from "../../../domain/TreasuryTrouble.ts"
import { type BlockReference, Chain, type ChainUnavailable } from "../node/Chain.ts"
import { readItems } from "../node/storedMap.ts"
import { electorateAt } from "../subnet/electorate.ts"
import { reachabilityOf } from "../subnet/hotkeyList.ts"
import { weightsAt } from "../subnet/weightsOnChain.ts"

/** The reasons why the treasury cannot earn or pay at a block. */
export const troublesOfTreasury = (
  { netuid, treasuryColdkey: coldkey, treasuryHotkey: hotkey }: Pick<ContractConfig, "netuid" | "treasuryColdkey" | "treasuryHotkey">,
  at: BlockReference
): Effect.Effect<ReadonlyArray<TreasuryTrouble>, ChainUnavailable, Chain> =>
  Effect.gen(function* () {
    const items = [
      ["subtensorModule", "uids", netuid, hotkey],
      ["subtensorModule", "subnetOwnerHotkey", netuid],
      ["subtensorModule", "subnetOwner", netuid],
      ["subtensorModule", "transferToggle", netuid]
    ] as const
    const [uid, ownerHotkey, ownerColdkey, transfers] = yield* readItems(yield* Chain, "state of the treasury", items, at.hash)
    return treasuryTroubles({
      netuid,
      hotkey,
      coldkey,
      isRegistered: typeof uid === "number",
      subnetOwner: { hotkey: String(ownerHotkey), coldkey: String(ownerColdkey) },
      // A chain without this switch allows transfers of stake.
      transfers: transfers !== false
    })
  })

/** Whether strangers' gifts keep stake behind the treasury's hotkey from the contract, or can; undefined: they cannot. */
export const withoutAccess = Effect.fn("Treasury.withoutAccess")(function* (
  { treasuryHotkey }: Pick<ContractConfig, "treasuryHotkey">,
  contract: AccountAddress,
  at: BlockReference
) {
  const reach = yield* reachabilityOf(contract, treasuryHotkey, at)
  if (reach._tag === "Listed") return undefined
  const without = `the contract has stake behind ${reach.hotkeys} hotkeys, and none behind the treasury's`
  return reach._tag === "Closed"
    ? {
        why: `${without}: the chain brings it none there, neither deposits nor harvests`,
        helps: "the owner has to deploy another contract"
      }
    : {
        why: `${without}: gifts behind ${reach.most - reach.hotkeys} more would keep deposits and harvests from it`,
        helps: `give it stake worth 0.002 TAO or more behind ${treasuryHotkey}, for the next bounty (btcli stake transfer)`
      }
})

/**
 * Whether stake of the contract's account is locked; undefined: it is not. The contract locks none: a coldkey that had some was swapped onto the account, and the chain moves
 * only what exceeds the lock (subtensor: pallets/subtensor/src/staking/lock.rs and swap/swap_coldkey.rs).
 */
export const lockedStake = Effect.fn("Treasury.lockedStake")(function* (
  { netuid }: Pick<ContractConfig, "netuid">,
  contract: AccountAddress,
  at: BlockReference
) {
  const chain = yield* Chain
  const operation = "locks of the contract"
  const prefix = yield* chain.readAt(operation, at.hash, async (_, full) => full.query.subtensorModule?.lock?.keyPrefix(contract, netuid))
  const found = prefix === undefined ? [] : yield* chain.request(operation, "state_getKeysPaged", [prefix, 1, null, at.hash])
  const locks = yield* Effect.orDie(Schema.decodeUnknown(Schema.Array(Schema.String))(found))
  return locks.length === 0
    ? undefined
    : {
        why: "stake of the contract's account is locked: somebody's coldkey was swapped onto it",
        helps: "see whether payments go through; until the lock has run out, stake that arrives may be held by it"
      }
})

/**
 * Why the subnet's last epoch gave the treasury nothing, so that no bounty is filled; undefined if it gave something, or the treasury is no neuron. In Yuma
 * consensus a neuron earns what more than half of the active validators' stake (kappa) grants it.
 */
export const withoutIncome = Effect.fn("Treasury.withoutIncome")(function* (
  { treasuryHotkey }: Pick<ContractConfig, "treasuryHotkey">,
  at: BlockReference
) {
  const { voters, neurons } = yield* electorateAt(at)
  const treasury = neurons.find(({ hotkey }) => hotkey === treasuryHotkey)
  if (treasury === undefined || treasury.consensus > 0) return undefined
  const uids = new Map(neurons.map(({ hotkey, uid }) => [hotkey, uid]))
  const uidOf = (hotkey: AccountAddress) => uids.get(hotkey) ?? -1
  const weights = yield* weightsAt(
    at,
    voters.map(({ hotkey }) => uidOf(hotkey))
  )
  const gives = ({ hotkey }: Voter) => weights.get(uidOf(hotkey))?.some(([uid, value]) => uid === treasury.uid && value > 0) === true
  const stakeOf = (some: ReadonlyArray<Voter>) => some.reduce((sum, { stake }) => sum + stake, 0n)
  const [given, all] = [stakeOf(voters.filter(gives)), stakeOf(voters)]
  const isEnough = 2n * given > all
  const share = all === 0n ? 0 : Number((given * 1_000n) / all) / 10
  return {
    stops: "income",
    why: `the subnet's last epoch gave the treasury nothing: validators with ${share} % of the active stake give it weight, ${isEnough ? "and the epoch before did not count that" : "and it takes more than half"}`,
    helps: isEnough
      ? "wait for the next epoch"
      : 'more validators have to run "gittensor validate", or get more stake; the epoch after that fills bounties'
  } satisfies TreasuryTrouble
})

/** Reasons why a treasury does not earn, or its money does not move, although the contract is in order. Pure. */
import type { AccountAddress } from "./Account.ts"

/** The chain's state at a block of a treasury and its subnet. */
export interface TreasuryOnChain {
  readonly netuid: number
  readonly hotkey: AccountAddress
  readonly coldkey: AccountAddress
  readonly isRegistered: boolean
  readonly subnetOwner: { readonly hotkey: string; readonly coldkey: string }
  /** Whether the subnet's owner allows transfers of stake between coldkeys. */
  readonly transfers: boolean
}

export interface TreasuryTrouble {
  readonly stops: "income" | "payments"
  /** Sentences without their full stops: the reason, and what helps. */
  readonly why: string
  readonly helps: string
}

/** The troubles of a treasury. The chain pays no incentive to the hotkey of a subnet's owner, nor to any other of its coldkey. */
export const treasuryTroubles = (treasury: TreasuryOnChain): ReadonlyArray<TreasuryTrouble> => {
  const { coldkey, hotkey, isRegistered, netuid, subnetOwner, transfers } = treasury
  const isOwners = subnetOwner.hotkey === hotkey || subnetOwner.coldkey === coldkey
  return [
    ...(isRegistered
      ? []
      : [
          {
            stops: "income",
            why: `the treasury's hotkey is not registered on subnet ${netuid}: it earns nothing`,
            helps: 'the contract\'s owner makes another treasury with "gittensor owner new-treasury"; bounties that are there are safe'
          } as const
        ]),
    ...(isOwners
      ? [
          {
            stops: "income",
            why: `the treasury's hotkey is the one of subnet ${netuid}'s owner, to whom the chain pays no incentive: it earns nothing`,
            helps:
              "the subnet's owner names its own hotkey again, or the contract's owner makes another treasury with \"gittensor owner new-treasury\"; bounties that are there are safe"
          } as const
        ]
      : []),
    ...(transfers
      ? []
      : [
          {
            stops: "payments",
            why: `the owner of subnet ${netuid} has switched transfers of stake off: no bounty is paid, no collateral moves and nothing is harvested`,
            helps: "it goes on when the subnet's owner switches them on again; votes and dates run on, and nothing is lost"
          } as const
        ])
  ]
}

/** Whether the treasury earns and pays, and its troubles in words; null if there are none. */
export const treasuryState = (troubles: ReadonlyArray<TreasuryTrouble>) => ({
  earns: troubles.every(({ stops }) => stops !== "income"),
  pays: troubles.every(({ stops }) => stops !== "payments"),
  why: troubles.length === 0 ? null : troubles.map(({ why, helps }) => `${why}; ${helps}`).join(". ")
})

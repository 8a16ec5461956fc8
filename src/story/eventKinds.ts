/** The kind of each event of the contract, to filter by, and to separate what many want to know from what few do. */
import type { ContractEvent } from "../contract-client/generated.ts"

export type EventName = ContractEvent["_tag"]

export const EVENT_KINDS = ["match", "vote", "issue", "money", "collateral", "contract"] as const
/** "match": a competition starts or ends, or is paid; "vote": one validator's vote; "contract": its owner, settings, validators and changes. */
export type EventKind = (typeof EVENT_KINDS)[number]

export const KIND_OF: Readonly<Record<EventName, EventKind>> = {
  BountyFunded: "issue",
  BountyPaid: "match",
  ChangeAnnounced: "contract",
  ChangeApplied: "contract",
  ChangeVetoVoted: "vote",
  ChangeVetoed: "contract",
  ChangeWithdrawn: "contract",
  ClaimPaid: "money",
  CodeChanged: "contract",
  CollateralDeposited: "collateral",
  CollateralSlashed: "collateral",
  CollateralWithdrawn: "collateral",
  CompetitionExpired: "match",
  CompetitionStarted: "match",
  CompetitionUnsolved: "match",
  CompetitionVoided: "match",
  CompetitionWon: "match",
  ConfigChanged: "contract",
  ContractCreated: "contract",
  EndForgotten: "contract",
  EndShown: "contract",
  EnrolmentAttested: "vote",
  EnrolmentsRenewed: "vote",
  Harvested: "money",
  IssueCancelled: "issue",
  IssueEdited: "issue",
  IssueRegistered: "issue",
  OfferWithdrawn: "contract",
  OutcomeVoteWithdrawn: "vote",
  OutcomeVoted: "vote",
  OwnerChanged: "contract",
  OwnerProposed: "contract",
  PairVoted: "vote",
  Paused: "contract",
  PayeeNamed: "match",
  RestAssigned: "contract",
  StakesUnknown: "contract",
  TaoCollected: "money",
  TreasuryMoved: "money",
  Unpaused: "contract",
  ValidatorAdded: "contract",
  ValidatorRemoved: "contract",
  VetoWithdrawn: "vote",
  WeightsNoted: "contract",
  WoundUp: "contract"
}

export const EVENT_NAMES: ReadonlyArray<string> = Object.keys(KIND_OF).toSorted()

/** An event's kind by its name; undefined for an event of a later contract. */
export const kindOf = (name: string): EventKind | undefined => Object.entries(KIND_OF).find(([known]) => known === name)?.[1]

export const isOfKind = (name: string, kinds: ReadonlyArray<string>): boolean => {
  const kind = kindOf(name)
  return kind !== undefined && kinds.includes(kind)
}

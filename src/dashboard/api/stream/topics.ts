/** Maps each event of the contract to the endpoints whose answers it changes. */
import type { ContractEvent } from "../../../contract-client/generated.ts"
import type { Topic } from "../definition/stream.ts"

const round: ReadonlyArray<Topic> = ["issues", "competitions", "miners", "leaderboard", "stats"]
const vote: ReadonlyArray<Topic> = ["issues", "competitions", "validators"]
const collateral: ReadonlyArray<Topic> = ["miners", "treasury"]
const funds: ReadonlyArray<Topic> = ["treasury", "issues", "stats"]
const settings: ReadonlyArray<Topic> = ["config"]
const whitelist: ReadonlyArray<Topic> = ["validators", "config", "stats"]

const end: ReadonlyArray<Topic> = ["config", "treasury", "issues", "miners", "stats"]

const TOPICS_OF: { readonly [Name in ContractEvent["_tag"]]: ReadonlyArray<Topic> } = {
  BountyFunded: funds,
  BountyPaid: [...round, "payouts", "treasury"],
  ChangeAnnounced: settings,
  ChangeApplied: settings,
  ChangeVetoVoted: settings,
  ChangeVetoed: settings,
  ChangeWithdrawn: settings,
  ClaimPaid: end,
  CodeChanged: settings,
  CollateralDeposited: collateral,
  CollateralSlashed: collateral,
  CollateralWithdrawn: collateral,
  CompetitionExpired: round,
  CompetitionStarted: round,
  CompetitionUnsolved: round,
  CompetitionVoided: round,
  CompetitionWon: round,
  ConfigChanged: settings,
  ContractCreated: settings,
  EndForgotten: end,
  EndShown: end,
  EnrolmentAttested: vote,
  EnrolmentsRenewed: vote,
  Harvested: funds,
  IssueCancelled: [...round, "treasury"],
  IssueEdited: ["issues", "competitions", "treasury", "stats"],
  IssueRegistered: ["issues", "stats"],
  OfferWithdrawn: settings,
  OutcomeVoteWithdrawn: vote,
  OutcomeVoted: vote,
  OwnerChanged: settings,
  OwnerProposed: settings,
  PairVoted: vote,
  Paused: settings,
  PayeeNamed: ["competitions"],
  RestAssigned: end,
  StakesUnknown: settings,
  TaoCollected: end,
  TreasuryMoved: ["treasury", "config"],
  Unpaused: settings,
  ValidatorAdded: whitelist,
  ValidatorRemoved: [...whitelist, "issues", "competitions"],
  VetoWithdrawn: settings,
  WeightsNoted: [...vote, "config"],
  WoundUp: [...end, "competitions", "validators"]
}

const isKnown = (name: string): name is ContractEvent["_tag"] => Object.hasOwn(TOPICS_OF, name)

/** Empty for an unknown event of a later contract, which changes only the list of events. */
export const topicsOf = (name: string): ReadonlyArray<Topic> => (isKnown(name) ? TOPICS_OF[name] : [])

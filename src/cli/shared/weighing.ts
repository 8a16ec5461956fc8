/** Facts about weights for an audit: the roster's pools from a file, and the other pools' rewards from the contract. */
import { Effect, Layer, type Option } from "effect"
import type { OtherPools, SubnetAt } from "../../consensus/audit/chainEpochStates.ts"
import { holdersIn } from "../../consensus/audit/evidence.ts"
import type { WeightInputs } from "../../consensus/audit/examineWeights.ts"
import { Weighing } from "../../consensus/audit/Weighing.ts"
import { championsOfEpoch } from "../../consensus/rewardsOfChampions.ts"
import { COMPUTED_KINDS, type Emission, ppmOfKind } from "../../domain/Emission.ts"
import type { EpochState } from "../../domain/EpochState.ts"
import type { RosterDocument } from "../../domain/Roster.ts"
import { hashOfRosterBody, rosterBody } from "../../domain/SignedRoster.ts"
import { unsignedRosterOf } from "../../layers/chain/roster/Roster.ts"
import type { UnusableRoster } from "../../layers/chain/roster/readRoster.ts"
import { leafRules } from "../../rules/contributions/leafRules.ts"
import { agreedShares, winningBy } from "../../rules/contributions/rewards.ts"
import { blend } from "../../rules/weights/blend.ts"
import { fittingWeights } from "../../rules/weights/conform.ts"
import { nothingScored, type Scoring, scored } from "../../rules/weights/rewards.ts"
import { getRewardsForIssueCompetitions } from "../../scoring/issue_competitions/IssueCompetitions.ts"
import { type RosterSource, rostersFrom } from "./rosterSource.ts"

type Others = Omit<Parameters<typeof blend>[0], "oss_contributions">

const OTHER_KINDS = COMPUTED_KINDS.filter((kind) => kind !== "oss_contributions")

type Pools = NonNullable<EpochState["pools"]>

const factOf = (scoring: Scoring): Pools[string] =>
  scoring._tag === "Scored" ? { _tag: "Scored", rewards: [...scoring.rewards] } : { _tag: "NothingScored", why: scoring.why }

/** The rewards of the other pools, from the contract. */
export const withContract = Effect.fn("otherPools")(function* ({ at, epoch, metagraph }: SubnetAt) {
  const competitions = yield* getRewardsForIssueCompetitions(metagraph, at)
  const champions = scored(yield* championsOfEpoch(epoch, metagraph))
  const pools: Pools = { issue_competitions: factOf(competitions), champions: factOf(champions) }
  return pools
})

/** The other pools are unknown. */
export const withoutContract: OtherPools<never, never> = () => Effect.succeed(null)

/** The hash by which an epoch's reports name a roster: the signed roster's hash if the signer is committed to it, else that of the unsigned one. */
const hashOf = (document: RosterDocument, { genesis, netuid, roster: { owner, committed } }: EpochState): string =>
  committed !== null &&
  committed.version > 0 &&
  hashOfRosterBody(rosterBody(document, { genesis, netuid, owner, version: committed.version })) === committed.sha256
    ? committed.sha256
    : unsignedRosterOf(document).sha256

/** The scorings of the other pools; undefined if one with a share is unknown. */
const otherPoolsIn = ({ pools }: EpochState, emission: Emission): Others | undefined => {
  const scoringOf = (kind: keyof Others): Scoring => {
    const found = pools?.[kind]
    return found?._tag === "Scored" ? scored(new Map(found.rewards)) : nothingScored(found?.why ?? "it has no share")
  }
  return OTHER_KINDS.some((kind) => pools?.[kind] === undefined && ppmOfKind(emission, kind) > 0)
    ? undefined
    : { issue_competitions: scoringOf("issue_competitions"), champions: scoringOf("champions") }
}

/** The hash by which an epoch's reports name a roster, if that roster is in force; otherwise what the user has to give. */
export const inForceAs = (
  document: RosterDocument,
  facts: EpochState,
  inForce: string | null
): { readonly sha256: string } | { readonly missing: string } => {
  const sha256 = hashOf(document, facts)
  return inForce === null || inForce === sha256
    ? { sha256 }
    : { missing: `the roster in force has the hash ${inForce}, and the one here ${sha256}: give the one in force with --roster` }
}

const weighed = (document: RosterDocument, facts: EpochState, inForce: string | null): WeightInputs | { readonly missing: string } => {
  const known = inForceAs(document, facts, inForce)
  if ("missing" in known) return known
  const { emission } = document
  const others = otherPoolsIn(facts, emission)
  if (others === undefined)
    return { missing: "the shares of the matches and of their champions depend on the contract: give its address with --contract" }
  const holders = holdersIn(facts)
  const roster = unsignedRosterOf(document)
  return {
    winning: winningBy(roster),
    sharesOf: (settlement) => agreedShares(settlement, roster.repositories, holders),
    weightsOf: (shares) =>
      fittingWeights(blend({ ...others, oss_contributions: scored(shares) }, emission), { ...facts.rules, neurons: holders.neurons.length })
  }
}

/** With the roster of each epoch. */
export const layer = (source: Option.Option<RosterSource>): Layer.Layer<Weighing, UnusableRoster> =>
  Layer.effect(
    Weighing,
    Effect.map(rostersFrom(source), (rosterOf) =>
      Weighing.of({
        of: (facts, inForce) =>
          Effect.map(rosterOf(facts), (document) => ("missing" in document ? document : weighed(document, facts, inForce))),
        leaves: (facts, inForce) =>
          Effect.map(rosterOf(facts), (document) =>
            "missing" in document || "missing" in inForceAs(document, facts, inForce)
              ? undefined
              : leafRules(unsignedRosterOf(document).repositories)
          )
      })
    )
  )

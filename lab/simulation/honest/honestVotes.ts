/** The votes of honest validators on outcomes, by the verdict loop's own function. Verdicts are shared, except for what a validator knows alone. */
import { Context, Effect } from "effect"
import type { Competition, ContractConfig, Issue } from "../../../src/contract-client/generated.ts"
import type { AccountAddress } from "../../../src/domain/Account.ts"
import type { IssueEvidence } from "../../../src/domain/IssueEvidence.ts"
import * as OwnVotes from "../../../src/layers/protection/OwnVotes.ts"
import * as Watches from "../../../src/layers/storage/dataFolder/Watches.ts"
import type { Watched } from "../../../src/rules/verdicts/gone.ts"
import type { OwnObservations, Verdict } from "../../../src/rules/verdicts/verdictCase.ts"
import { type Sighting, voteOnOutcomes } from "../../../src/scoring/issue_competitions/judge.ts"
import type { OutcomeBallot } from "../../../src/scoring/issue_competitions/outcomeBallot.ts"
import { lookAt, verdictFrom } from "../../../src/scoring/issue_competitions/verdicts.ts"
import { keyOf, numbersIn, objectNames, ofObjects, passedBy, sharedAnswer, unkeyed } from "./sharedAnswers.ts"
import { conditionsOf, type SeenNetwork, type Viewpoint } from "./Viewpoint.ts"

interface VerdictInputs {
  readonly viewpoint: Viewpoint
  readonly issue: Issue
  readonly competition: Competition
  readonly config: ContractConfig
  readonly evidence: IssueEvidence
  readonly own: OwnObservations
}

const seconds = (milliseconds: number): number => Math.floor(milliseconds / 1_000)

const watchedKey = keyOf<Watched>({
  // How long the issue has been gone matters only as: long enough or not.
  blocks: (blocks, { needed }) => String(blocks >= needed),
  needed: unkeyed,
  notCounted: String
})

const ownFactsKey = keyOf<OwnObservations>({
  watched: (watched) => (watched === undefined ? "" : watchedKey(watched)),
  seen: (seen) => JSON.stringify(seen ?? []),
  sawOpen: (open) => JSON.stringify(open ?? []),
  hadLanded: String
})

/**
 * Shares verdicts. An issue is judged again only if an input changed: the conditions, GitHub's record, the issue, its competition, the contract's
 * settings, the validator's own knowledge, or which of their blocks and timestamps the head has passed.
 */
const sharedVerdicts = ({ network: { ledger }, reference, run }: SeenNetwork) => {
  const nameOf = objectNames()
  return sharedAnswer(
    ofObjects<Verdict>(),
    {
      viewpoint: (viewpoint, { competition, evidence, issue }) =>
        [
          conditionsOf(viewpoint),
          ...[issue, competition].map((facts) => passedBy(viewpoint.head, numbersIn(facts))),
          // The rules compare timestamps in whole seconds.
          passedBy(seconds(ledger.timeOf(viewpoint.head)), numbersIn(evidence).map(seconds))
        ].join(" "),
      issue: nameOf,
      competition: nameOf,
      config: nameOf,
      evidence: nameOf,
      own: ownFactsKey
    },
    ({ issue, own, viewpoint }: VerdictInputs) =>
      run(
        viewpoint,
        Effect.flatMap(lookAt(issue, reference(viewpoint.head)), (look) =>
          look === undefined
            ? Effect.dieMessage("an issue with a match has a verdict")
            : Effect.map(verdictFrom(look, own), ({ verdict }) => verdict)
        )
      )
  )
}

/** The stores that votes depend on and each validator has for itself. They must not be in the services that all validators share. */
const ownStores = () => {
  const stores = new Map<AccountAddress, Context.Context<Watches.Watches | OwnVotes.OwnVotes>>()
  const make = Effect.map(Effect.all([Watches.makeInMemory, OwnVotes.makeInMemory]), ([watches, ownVotes]) =>
    Context.make(Watches.Watches, watches).pipe(Context.add(OwnVotes.OwnVotes, ownVotes))
  )
  return (hotkey: AccountAddress) => {
    const own = stores.get(hotkey) ?? Effect.runSync(make)
    stores.set(hotkey, own)
    return own
  }
}

// One object for each answer, so that verdicts on it are shared.
const DELETED: IssueEvidence = { _tag: "Deleted" }
const NO_ANSWER: IssueEvidence = { _tag: "GitHubSilent", why: "it does not answer" }

/** The votes that a validator would send now. */
export const honestVotes = (seen: SeenNetwork) => {
  const { evidenceOn, network, reference, run, stateAt } = seen
  const verdictOf = sharedVerdicts(seen)
  const storesOf = ownStores()

  return (viewpoint: Viewpoint, hotkey: AccountAddress): ReadonlyArray<OutcomeBallot> => {
    const head = reference(viewpoint.head)
    const { competitions } = stateAt(viewpoint)
    const { config } = network.ledger.worldAt(head.number).state
    const sight = (issue: Issue): (Sighting & { readonly competition: Competition }) | undefined => {
      const competition = issue.competition === null ? undefined : competitions.get(issue.competition)
      if (competition === undefined) return undefined
      const evidence = viewpoint.gitHubSilent ? NO_ANSWER : (evidenceOn(issue) ?? DELETED)
      return { issue, competition, evidence }
    }
    const votes: Array<OutcomeBallot> = []
    const voting = voteOnOutcomes(hotkey, head, {
      atOnce: 1,
      look: (issue) => Effect.succeed(sight(issue)),
      verdictOn: ({ competition, evidence, issue }, own) =>
        Effect.succeed(verdictOf(competition, { viewpoint, issue, competition, config, evidence, own })),
      judged: () => Effect.void,
      vote: (_, ballot) => Effect.succeed(votes.push(ballot) > 0)
    })
    run(viewpoint, Effect.provide(voting, storesOf(hotkey)))
    return votes
  }
}

import { type Ballot, ballotsOf, type Tally } from "../../../src/story/ballots.ts"
import { waitBehind } from "../../../src/story/waits.ts"
import type { CompetitionDetail, Vote } from "../api/types.ts"
import { textIn } from "../format/json.ts"
import { reasonText } from "../format/names.ts"
import { useHead } from "../live/live.ts"
import { minerLabel } from "./Names.tsx"
import { Outlook } from "./Outlook.tsx"
import { EmptyState } from "./Page.tsx"
import { When } from "./Values.tsx"
import { Choice, unsolvedText, VoteTable } from "./VoteTable.tsx"
import { type TugSide, VoteTug } from "./VoteTug.tsx"

interface Props {
  readonly competition: CompetitionDetail
  /** The quorum as a share of the stake; undefined while settings load. */
  readonly quorum: number | undefined
}

/** The parts of a vote bar. `oldUntil`: votes on the outcome that stand since later blocks are not old enough. */
const partsOf = (tally: Tally<Vote> | undefined, oldUntil = Number.POSITIVE_INFINITY): TugSide["parts"] =>
  tally?.portions.map(({ vote, weight }) => ({
    validator: vote.validator,
    weight,
    isYoung: vote.endedBy === null && vote.since.block > oldUntil
  })) ?? []

/** What a choice for neither side says. */
const nameOf = (choice: unknown, sides: CompetitionDetail): string => {
  const tag = textIn(choice, "_tag")
  if (tag === "Unsolved") return unsolvedText(choice, sides)
  if (tag === "Dissolved") return "dissolve the pair"
  return `cancel: ${reasonText(textIn(choice, "reason", "_tag") ?? "another reason")}`
}

interface OutcomeProps extends Props {
  readonly ballot: Ballot<Vote>
  /** What the figures are about, where nothing else says so. */
  readonly title?: string
}

/** An outcome ballot: both sides share one track; every other choice has its own. */
export const Outcome = ({ ballot, competition, quorum, title }: OutcomeProps) => {
  const { a, b } = competition
  const head = useHead()
  const oldUntil = head === undefined ? undefined : head.block - waitBehind(competition)
  const [ofA, ofB] = (["a", "b"] as const).map((side) => ballot.tallies.find((tally) => tally.side === side))
  const others = ballot.tallies.filter((tally) => tally !== ofA && tally !== ofB)
  const winner = ballot.state === "passed" ? ballot.tallies[0] : undefined
  return (
    <>
      {ofA === undefined && ofB === undefined && others.length > 0 ? null : (
        <VoteTug
          a={{ name: minerLabel(a), parts: partsOf(ofA, oldUntil) }}
          b={{ name: minerLabel(b), parts: partsOf(ofB, oldUntil) }}
          total={ballot.totalWeight}
          quorum={quorum}
          title={title}
          {...(winner !== undefined && winner.side !== "neither" ? { passed: winner.side } : {})}
        />
      )}
      {others.map((tally) => (
        <VoteTug
          key={tally.key}
          a={{
            name:
              tally.side === "neither"
                ? nameOf(tally.choice, competition)
                : `solved by ${minerLabel(competition[tally.side])}, another pull request`,
            parts: partsOf(tally, oldUntil)
          }}
          total={ballot.totalWeight}
          quorum={quorum}
          tone="neither"
          {...(tally === winner ? { passed: "a" } : {})}
        />
      ))}
    </>
  )
}

const TITLES: Readonly<Record<Ballot<Vote>["state"], string>> = {
  open: "Voting now",
  passed: "Settled",
  lapsed: "Lapsed without a decision"
}

/** Votes by stake: outcome ballots, which fill towards the quorum, and the pair ballot. */
export const Ballots = ({ competition, quorum }: Props) => {
  const outcomes = ballotsOf(competition.votes, "outcome", competition)
  const [pair] = ballotsOf(competition.votes, "pair", competition)
  const { outcome, votes } = competition
  const standing = votes.filter(({ kind, endedBy }) => kind === "outcome" && endedBy === null)
  const shown: ReadonlyArray<Ballot<Vote>> =
    outcomes.length === 0 && competition.status === "Running"
      ? [{ kind: "outcome", state: "open", endedAt: null, totalWeight: pair?.totalWeight ?? "0", tallies: [] }]
      : outcomes
  return (
    <>
      {shown.length === 0 ? (
        <EmptyState title="No vote on the outcome">
          {competition.status === "Expired"
            ? "Validators did not settle the match in time. Some time after the deadline, anyone can end such a match: it expires."
            : "The votes that decided it are not in the index."}
        </EmptyState>
      ) : (
        shown.map((ballot) => (
          <div className="ballot" key={ballot.endedAt?.block ?? "open"} data-state={ballot.state}>
            <h3>
              {TITLES[ballot.state]}
              {ballot.endedAt === null ? null : (
                <>
                  {" "}
                  <When at={ballot.endedAt} as="both" />
                </>
              )}
            </h3>
            {ballot.state === "open" && outcome !== null ? (
              <p>
                <Outlook outcome={outcome} votes={votes} quorum={quorum} sides={competition} />
              </p>
            ) : null}
            <Outcome ballot={ballot} competition={competition} quorum={quorum} />
            {ballot.state === "open" && standing.length > 0 ? (
              <VoteTable votes={standing} caption="Votes that stand" wait={waitBehind(competition)} sides={competition} />
            ) : null}
          </div>
        ))
      )}
      {pair === undefined ? null : (
        <details className="more">
          <summary>Votes for the pair</summary>
          {pair.tallies.map((tally) => (
            <div key={tally.key} className="ballot-pair">
              <p>
                <Choice choice={tally.choice} named={tally.portions[0]?.vote.named ?? []} />
              </p>
              <VoteTug a={{ name: "votes for this pair", parts: partsOf(tally) }} total={pair.totalWeight} quorum={quorum} tone="neither" />
            </div>
          ))}
        </details>
      )}
      {votes.length === standing.length ? null : (
        <details className="more">
          <summary>Every vote ({votes.length})</summary>
          <VoteTable votes={votes} caption="Votes, oldest first" wait={waitBehind(competition)} sides={competition} />
        </details>
      )}
    </>
  )
}

import { type Ballot, ballotsOf, type Tally } from "../../../src/story/ballots.ts"
import type { CompetitionDetail, Vote } from "../api/types.ts"
import { textIn } from "../format/json.ts"
import { reasonText } from "../format/names.ts"
import { EmptyState } from "./EmptyState.tsx"
import { minerLabel } from "./MinerName.tsx"
import { Choice, VoteTable } from "./VoteTable.tsx"
import { type TugSide, VoteTug } from "./VoteTug.tsx"
import { When } from "./When.tsx"

interface Props {
  readonly competition: CompetitionDetail
  /** The quorum as a share of the stake; undefined while settings load. */
  readonly quorum: number | undefined
}

const partsOf = (tally: Tally<Vote> | undefined): TugSide["parts"] =>
  tally?.portions.map(({ vote, weight }) => ({ validator: vote.validator, weight })) ?? []

const reasonName = (choice: unknown): string => reasonText(textIn(choice, "reason", "_tag") ?? "another reason")

/** An outcome ballot: both sides share one track; every other choice has its own. */
const Outcome = ({ ballot, competition, quorum }: Props & { readonly ballot: Ballot<Vote> }) => {
  const { a, b } = competition
  const [ofA, ofB] = (["a", "b"] as const).map((side) => ballot.tallies.find((tally) => tally.side === side))
  const others = ballot.tallies.filter((tally) => tally !== ofA && tally !== ofB)
  const winner = ballot.state === "passed" ? ballot.tallies[0]?.side : undefined
  return (
    <>
      {ofA === undefined && ofB === undefined && others.length > 0 ? null : (
        <VoteTug
          a={{ name: minerLabel(a), parts: partsOf(ofA) }}
          b={{ name: minerLabel(b), parts: partsOf(ofB) }}
          total={ballot.totalWeight}
          quorum={quorum}
          {...(winner === "a" || winner === "b" ? { passed: winner } : {})}
        />
      )}
      {others.map((tally) => (
        <VoteTug
          key={tally.key}
          a={{
            name:
              tally.side === "neither"
                ? `cancelled: ${reasonName(tally.choice)}`
                : `solved by ${minerLabel(competition[tally.side])}, another pull request`,
            parts: partsOf(tally)
          }}
          total={ballot.totalWeight}
          quorum={quorum}
          tone="neither"
        />
      ))}
    </>
  )
}

const TITLES: Readonly<Record<Ballot<Vote>["state"], string>> = {
  open: "Voting now",
  passed: "Decided",
  lapsed: "Lapsed without a decision"
}

/** Votes by stake: outcome ballots, which fill towards the quorum, and the pair ballot. */
export const Ballots = ({ competition, quorum }: Props) => {
  const outcomes = ballotsOf(competition.votes, "outcome", competition)
  const [pair] = ballotsOf(competition.votes, "pair", competition)
  const open = outcomes.some(({ state }) => state === "open")
  const shown: ReadonlyArray<Ballot<Vote>> =
    outcomes.length === 0 && competition.status === "Running"
      ? [{ kind: "outcome", state: "open", endedAt: null, totalWeight: pair?.totalWeight ?? "0", tallies: [] }]
      : outcomes
  return (
    <>
      {shown.length === 0 ? (
        <EmptyState title="No vote on the outcome">
          {competition.status === "Expired"
            ? "It ended without one. When the deadline and the time for votes have passed, anybody may let a match expire."
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
            <Outcome ballot={ballot} competition={competition} quorum={quorum} />
            {ballot.tallies.length === 0 ? (
              <p className="muted">Nobody has voted yet. Validators vote once GitHub shows who solved it, or that nobody can any more.</p>
            ) : null}
          </div>
        ))
      )}
      {open && competition.status === "Won" && competition.paid === null ? (
        <p className="notice">The verdict is challenged: if the votes against it reach the quorum before the payment, it is reverted.</p>
      ) : null}
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
      {competition.votes.length === 0 ? null : (
        <details className="more">
          <summary>Every vote ({competition.votes.length})</summary>
          <VoteTable votes={competition.votes} caption="Votes, oldest first" />
        </details>
      )}
    </>
  )
}

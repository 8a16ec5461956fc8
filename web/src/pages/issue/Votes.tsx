import { endpoints } from "../../api/endpoints.ts"
import type { IssueDetail } from "../../api/types.ts"
import { EmptyState } from "../../components/EmptyState.tsx"
import { Fold } from "../../components/Fold.tsx"
import { HeldRows } from "../../components/HeldRows.tsx"
import { ListFoot } from "../../components/ListFoot.tsx"
import { VoteTable } from "../../components/VoteTable.tsx"
import { useAnswer, useList } from "../../data/hooks.ts"
import { numberIn } from "../../format/json.ts"

/** The current votes, and all earlier ones. */
export const Votes = ({ issue }: { readonly issue: IssueDetail }) => {
  const past = useList(endpoints.votes({ issue: `${issue.id}`, live: "false" }))
  const { data } = useAnswer(endpoints.config())
  const { liveVotes, competition } = issue
  // A match has its own, from when it started.
  const wait = competition === null ? numberIn(data?.config, "challengePeriod") : undefined
  return (
    <Fold title="Votes" isOpenOnWide>
      <h3>Counting now</h3>
      {liveVotes.length === 0 ? (
        <EmptyState title="No open ballot">
          Validators vote for a pair when a round ends, and on the outcome once GitHub shows it.
        </EmptyState>
      ) : (
        <VoteTable votes={liveVotes} caption="Votes that count" wait={wait} />
      )}
      {past.items === undefined || past.items.length === 0 ? null : (
        <>
          <h3>Before</h3>
          <HeldRows list={past} items={past.items}>
            {(votes) => <VoteTable votes={votes} caption="Votes of ballots that have ended" />}
          </HeldRows>
        </>
      )}
      <ListFoot list={past} />
    </Fold>
  )
}

import { ISSUE_SORTS, ISSUE_STATUSES } from "../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../api/endpoints.ts"
import type { IssueStatus } from "../api/types.ts"
import { IssueRow, IssueRowSkeleton, issueRowHeight } from "../components/IssueRow.tsx"
import { CsvLink, HeldRows, ListFoot, ListView, useFew } from "../components/Lists.tsx"
import { EmptyState, Fold, PageHead } from "../components/Page.tsx"
import { StateNotice } from "../components/StateNotice.tsx"
import { SuggestionList } from "../components/SuggestionList.tsx"
import { When } from "../components/Values.tsx"
import { WindowedList } from "../components/WindowedList.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { useHead, useLive } from "../live/live.ts"
import { isNarrow } from "../live/paper.ts"
import { type Query, useQuery } from "../routes/useQuery.ts"
import { IssueFilters } from "./issues/IssueFilters.tsx"

/** The number of matching issues; for a search, the number read so far. */
const useCount = (query: Query, read: number, more: boolean): string => {
  const { data } = useAnswer(endpoints.stats())
  const statuses: ReadonlyArray<string> = query.someOf("status", ISSUE_STATUSES)
  const filtered =
    ["search", "repository", "label", "language", "competitor"].some((name) => query.get(name) !== undefined) ||
    query.get("sort") === "queue"
  if (filtered || data === undefined) return `${wholeNumber(read)}${more ? " or more" : ""} ${read === 1 ? "issue" : "issues"}`
  const entries = Object.entries(data.issues).filter(([status]) => statuses.length === 0 || statuses.includes(status))
  const count = Math.max(
    entries.reduce((sum, [, value]) => sum + value, 0),
    more ? 0 : read
  )
  return `${wholeNumber(count)} ${count === 1 ? "issue" : "issues"}`
}

/** The newest indexed block, on which "Takeable now" depends. */
const Freshness = () => {
  const head = useHead()
  const connection = useLive((live) => live.connection)
  return (
    <span className="muted freshness">
      {head === undefined ? null : (
        <>
          as of block {wholeNumber(head.block)}, <When at={{ block: null, time: new Date(head.time).toISOString() }} as="time" />
          {connection === "interrupted" ? " (not live)" : ""}
        </>
      )}
    </span>
  )
}

/** What the owner may register next. It is asked for when it is opened. */
const CouldBeNext = () => (
  <ListView
    list={useList(endpoints.suggestions({}))}
    isOneOfSeveral
    empty={{
      title: "No suggestion",
      why: (
        <>
          An index that runs with <code>--suggestions</code> lists here which open issues of the scored repositories could get a bounty.
        </>
      )
    }}
  >
    {(items) => <SuggestionList items={items} label="Could be next" />}
  </ListView>
)

const couldBeNext = (
  <Fold title="Could be next" note="open issues without a bounty; nobody has promised one">
    <CouldBeNext />
  </Fold>
)

const nothing = () => {}

export default function IssuesPage() {
  const query = useQuery()
  const statuses: ReadonlyArray<IssueStatus> = query.someOf("status", ISSUE_STATUSES)
  const languages = query.all("language")
  const sort = query.oneOf("sort", ISSUE_SORTS)
  const list = useList(
    endpoints.issues({
      status: statuses.length === 0 ? undefined : statuses,
      search: query.get("search")?.slice(0, 100),
      repository: query.get("repository"),
      label: query.get("label"),
      language: languages.length === 0 ? undefined : languages,
      competitor: query.get("competitor"),
      sort
    })
  )
  const { more, readMore } = list
  const few = useFew(list.items, list.address)
  const items = few.items
  const count = useCount(query, list.items?.length ?? 0, more)
  return (
    <div className="page">
      <PageHead title="Issues">
        <p className="page-note">
          <output>{items === undefined ? "Reading…" : count}</output> <Freshness /> <CsvLink address={list.address} />
        </p>
        <StateNotice />
      </PageHead>
      {isNarrow() ? null : couldBeNext}
      <IssueFilters query={query} />
      {items === undefined ? (
        list.problem === undefined ? (
          <div aria-busy="true" className="windowed-skeleton">
            {Array.from({ length: 8 }, (_, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
              <IssueRowSkeleton key={index} />
            ))}
          </div>
        ) : null
      ) : items.length === 0 ? (
        query.isEmpty ? (
          <EmptyState title="No issues yet">
            Issues appear here when the owner registers them in the contract:{" "}
            <code>gittensor owner register-issue acme/widgets#42 --bounty 100</code>. This list updates by itself.
          </EmptyState>
        ) : (
          <EmptyState
            title="No issue matches"
            action={{
              label: "Remove all filters",
              act: () =>
                query.set({
                  status: undefined,
                  search: undefined,
                  repository: undefined,
                  label: undefined,
                  language: undefined,
                  competitor: undefined,
                  sort: undefined
                })
            }}
          >
            The search looks for words that begin like this in the repository, number and title. A matching new issue appears here by
            itself.
          </EmptyState>
        )
      ) : (
        <HeldRows key={list.address} list={list} items={items}>
          {(shown) => (
            <WindowedList
              label="Issues"
              items={shown}
              keyOf={list.keyOf}
              row={(issue) => <IssueRow issue={issue} />}
              rowHeight={issueRowHeight}
              more={more || few.more !== undefined}
              onNearEnd={few.more === undefined ? readMore : nothing}
              onSeen={list.seen}
            />
          )}
        </HeldRows>
      )}
      {few.more ?? (items === undefined || list.problem !== undefined ? <ListFoot list={list} /> : null)}
      {isNarrow() ? couldBeNext : null}
    </div>
  )
}

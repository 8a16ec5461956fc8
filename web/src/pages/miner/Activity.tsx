import { memo } from "react"
import { endpoints } from "../../api/endpoints.ts"
import type { Activity as Seen } from "../../api/types.ts"
import { ListView, Table } from "../../components/Lists.tsx"
import { CallLink } from "../../components/Names.tsx"
import { Section } from "../../components/Page.tsx"
import { useList } from "../../data/hooks.ts"
import { pageAddress } from "../../routes/addresses.ts"
import { Link } from "../../routes/Link.tsx"

const ROUNDS = 60

interface Round {
  readonly round: number
  readonly saw: "enrolled" | "passing" | "nothing"
}

/** Consecutive rounds up to the latest in which it was seen, oldest first. */
const roundsOf = (items: ReadonlyArray<Seen>): ReadonlyArray<Round> => {
  const latest = items[0]?.round
  if (latest === undefined) return []
  const oldest = Math.max(latest - ROUNDS + 1, items.at(-1)?.round ?? latest)
  return Array.from({ length: latest - oldest + 1 }, (_, index): Round => {
    const round = oldest + index
    const seen = items.filter((item) => item.round === round)
    return {
      round,
      saw: seen.some(({ enrolledBy }) => enrolledBy > 0) ? "enrolled" : seen.some(({ skippedBy }) => skippedBy > 0) ? "passing" : "nothing"
    }
  })
}

/** The rounds in which validators saw the miner enrolled or skipping. */
export const Activity = memo(({ hotkey }: { readonly hotkey: string }) => {
  const list = useList(endpoints.activity(hotkey)({}))
  return (
    <Section title="Enrolments" note="as validators attested, round by round">
      <ListView
        list={list}
        isOneOfSeveral
        empty={{ title: "No enrolments seen", why: "In the last 300 rounds no validator attested an enrolment of this miner." }}
      >
        {(items) => {
          const rounds = roundsOf(items)
          const enrolled = rounds.filter(({ saw }) => saw === "enrolled").length
          return (
            <>
              <ol
                className="strip"
                aria-label={`Enrolled in ${enrolled} of ${rounds.length} rounds up to ${rounds.at(-1)?.round}, oldest first`}
              >
                {rounds.map(({ round, saw }) => (
                  <li key={round} data-saw={saw} title={`round ${round}: ${saw}`} />
                ))}
              </ol>
              <details className="more">
                <summary>Every round and issue</summary>
                <Table
                  caption="Enrolments by round and issue"
                  items={items}
                  keyOf={({ round, issue }) => `${round}-${issue}`}
                  columns={[
                    { name: "Round", numeric: true, cell: ({ round }) => round },
                    { name: "Issue", cell: ({ issue }) => <Link to={pageAddress("issue", { id: issue })}>Issue {issue}</Link> },
                    { name: "Seen enrolled by", numeric: true, cell: ({ enrolledBy }) => enrolledBy },
                    { name: "Seen skipping by", numeric: true, cell: ({ skippedBy }) => skippedBy },
                    { name: "Block", cell: ({ at }) => <CallLink at={{ block: at, time: null }} /> }
                  ]}
                />
              </details>
            </>
          )
        }}
      </ListView>
    </Section>
  )
})

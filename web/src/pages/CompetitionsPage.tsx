import { COMPETITION_STATUSES, TIME_SORTS } from "../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../api/endpoints.ts"
import { CompetitionTable } from "../components/CompetitionTable.tsx"
import { ChipsField, ChoiceField, SearchField } from "../components/Fields.tsx"
import { ListView } from "../components/Lists.tsx"
import { PageHead, Section } from "../components/Page.tsx"
import { useList } from "../data/hooks.ts"
import { TIME_ORDERS } from "../format/choices.ts"
import { shortAccount } from "../format/names.ts"
import { useQuery } from "../routes/useQuery.ts"

export default function CompetitionsPage() {
  const query = useQuery()
  const statuses = query.someOf("status", COMPETITION_STATUSES)
  const miner = query.get("miner")
  const sort = query.oneOf("sort", TIME_SORTS)
  const search = query.get("search")?.slice(0, 100)
  const list = useList(endpoints.competitions({ status: statuses.length === 0 ? undefined : statuses, miner, search, sort }))
  return (
    <div className="page">
      <PageHead title="Matches">
        <p className="page-note">Two miners on one issue; whoever's pull request solves it takes the bounty.</p>
      </PageHead>
      <search className="filters">
        <div className="filters-row">
          <SearchField
            label="Search"
            value={search ?? ""}
            placeholder="repository, number or title"
            onChange={(value) => query.set({ search: value }, { replace: true })}
          />
          <ChipsField label="Status" choices={COMPETITION_STATUSES} chosen={statuses} onChange={(status) => query.set({ status })} />
          <ChoiceField
            label="Order"
            value={sort ?? "newest"}
            choices={TIME_ORDERS}
            onChange={(order) => query.set({ sort: order === "newest" ? undefined : order })}
          />
        </div>
        {miner === undefined ? null : (
          <button type="button" className="chip removable" onClick={() => query.set({ miner: undefined })}>
            with {shortAccount(miner)} <span aria-hidden="true">×</span>
            <span className="hidden">remove this filter</span>
          </button>
        )}
      </search>
      <Section title={statuses.length === 0 ? "All" : statuses.join(", ")}>
        <ListView
          list={list}
          height="24rem"
          empty={{
            title: query.isEmpty ? "No match yet" : "No match matches",
            why: query.isEmpty
              ? "When an issue's bounty is full and enough miners are enrolled for it, validators vote for the pair and the match starts. This list updates by itself."
              : "Remove a filter to see more."
          }}
        >
          {(items) => <CompetitionTable items={items} caption="Matches" />}
        </ListView>
      </Section>
    </div>
  )
}

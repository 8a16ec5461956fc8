import { BOOLEANS, MINER_SORTS } from "../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../api/endpoints.ts"
import { ChoiceField, SearchField } from "../components/Fields.tsx"
import { ListView } from "../components/Lists.tsx"
import { MinerTable } from "../components/MinerTable.tsx"
import { PageHead, Section } from "../components/Page.tsx"
import { useAnswer, useList } from "../data/hooks.ts"
import { wholeNumber } from "../format/amount.ts"
import { MINER_ORDERS } from "../format/choices.ts"
import { type Query, useQuery } from "../routes/useQuery.ts"

const WHICH = [
  ["enrolled", "Takes part", "enrolled before", "never enrolled"],
  ["registered", "Registered", "registered now", "not registered"],
  ["eligible", "Pairs", "can be paired", "rating too low"],
  ["provisional", "Rating", "provisional (?)", "settled"]
] as const

/** Interprets a search as a UID, or the beginning of a GitHub account or a key, by its form. */
const searchFilter = (text: string | undefined): { readonly uid?: string; readonly search?: string } => {
  if (text === undefined) return {}
  return /^\d{1,5}$/.test(text) ? { uid: text } : { search: text.slice(0, 48) }
}

const Filters = ({ query }: { readonly query: Query }) => (
  <search className="filters">
    <div className="filters-row">
      <SearchField
        label="Search"
        value={query.get("search") ?? ""}
        placeholder="UID, or beginning of a GitHub account or key"
        onChange={(search) => query.set({ search }, { replace: true })}
      />
      {WHICH.map(([name, label, yes, no]) => (
        <ChoiceField<"" | "true" | "false">
          key={name}
          label={label}
          value={query.oneOf(name, BOOLEANS) ?? ""}
          choices={[
            ["", "any"],
            ["true", yes],
            ["false", no]
          ]}
          onChange={(value) => query.set({ [name]: value })}
        />
      ))}
      <ChoiceField
        label="Order"
        value={query.oneOf("sort", MINER_SORTS) ?? "rating"}
        choices={MINER_ORDERS}
        onChange={(sort) => query.set({ sort: sort === "rating" ? undefined : sort })}
      />
    </div>
  </search>
)

export default function MinersPage() {
  const query = useQuery()
  const { data: stats } = useAnswer(endpoints.stats())
  const list = useList(
    endpoints.miners({
      ...searchFilter(query.get("search")),
      enrolled: query.oneOf("enrolled", BOOLEANS),
      registered: query.oneOf("registered", BOOLEANS),
      eligible: query.oneOf("eligible", BOOLEANS),
      provisional: query.oneOf("provisional", BOOLEANS),
      sort: query.oneOf("sort", MINER_SORTS)
    })
  )
  return (
    <div className="page">
      <PageHead title="Miners">
        <p className="page-note">
          {stats === undefined
            ? ""
            : `${wholeNumber(stats.miners.enrolled)} ever enrolled, ${wholeNumber(stats.miners.rated)} of them rated; ${wholeNumber(stats.miners.registered)} registered, ${wholeNumber(stats.miners.linked)} of them with a GitHub account; ${wholeNumber(stats.miners.known)} ever seen`}
        </p>
      </PageHead>
      <Filters query={query} />
      <Section title={query.isEmpty ? "All" : "Matching miners"}>
        <ListView
          list={list}
          height="24rem"
          empty={
            query.isEmpty
              ? { title: "No miners yet", why: "A hotkey appears here once it is registered on the subnet." }
              : {
                  title: "No miner matches",
                  why: "The search looks for GitHub accounts and keys that begin like this. Remove a filter to see more."
                }
          }
        >
          {(items) => <MinerTable items={items} caption="Miners" />}
        </ListView>
      </Section>
    </div>
  )
}

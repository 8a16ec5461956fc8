import { ISSUE_SORTS, ISSUE_STATUSES } from "../../../../src/dashboard/api/definition/choices.ts"
import { endpoints } from "../../api/endpoints.ts"
import { ChipsField, ChoiceField, SearchField } from "../../components/Fields.tsx"
import { useAnswer } from "../../data/hooks.ts"
import { ISSUE_ORDERS } from "../../format/choices.ts"
import { shortAccount } from "../../format/names.ts"
import type { Query } from "../../routes/useQuery.ts"

const FIXED = [
  ["repository", (value: string) => `in ${value}`],
  ["label", (value: string) => `labelled ${value}`],
  ["competitor", (value: string) => `with ${shortAccount(value)}`]
] as const

/**
 * A choice of the languages that are known, if there are several. An address can name several at once, which is a choice of its own. The field keeps its
 * place while the languages are read, because there usually are several.
 */
const LanguageField = ({ query }: { readonly query: Query }) => {
  const { data: stats, problem } = useAnswer(endpoints.stats())
  const isReading = stats === undefined && problem === undefined
  const known = stats?.languages.map(({ name }) => name) ?? []
  const chosen = query.all("language").map((name) => known.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name)
  if (!isReading && known.length < 2 && chosen.length === 0) return null
  const value = chosen.join(" or ")
  return (
    <ChoiceField
      label="Language"
      value={value}
      choices={["", ...known, ...(value === "" || known.includes(value) ? [] : [value])].map((name) => [name, name === "" ? "any" : name])}
      onChange={(name) => query.set({ language: name })}
      isReading={isReading}
    />
  )
}

/** The filters are part of the address, so that a filtered list can be shared. */
export const IssueFilters = ({ query }: { readonly query: Query }) => (
  <search className="filters">
    <div className="filters-row">
      <SearchField
        label="Search"
        value={query.get("search") ?? ""}
        placeholder="repository, number or title"
        onChange={(search) => query.set({ search }, { replace: true })}
      />
      <ChoiceField
        label="Order"
        value={query.oneOf("sort", ISSUE_SORTS) ?? "newest"}
        choices={ISSUE_ORDERS}
        onChange={(sort) => query.set({ sort: sort === "newest" ? undefined : sort })}
      />
      <LanguageField query={query} />
      <button
        type="button"
        className="takeable"
        aria-pressed={query.all("status").join() === "Open"}
        title="open issues with a full bounty and no match"
        onClick={() => query.set({ status: query.all("status").join() === "Open" ? undefined : "Open" })}
      >
        Takeable now
      </button>
    </div>
    <ChipsField
      label="Status"
      choices={ISSUE_STATUSES}
      chosen={query.someOf("status", ISSUE_STATUSES)}
      onChange={(status) => query.set({ status })}
    />
    {FIXED.map(([name, said]) => {
      const value = query.get(name)
      return value === undefined ? null : (
        <button key={name} type="button" className="chip removable" onClick={() => query.set({ [name]: undefined })}>
          {said(value)} <span aria-hidden="true">×</span>
          <span className="hidden">remove this filter</span>
        </button>
      )
    })}
  </search>
)

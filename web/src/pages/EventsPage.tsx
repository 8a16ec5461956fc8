import { useState } from "react"
import { BOOLEANS, TIME_SORTS } from "../../../src/dashboard/api/definition/choices.ts"
import { placeOf } from "../../../src/dashboard/api/definition/place.ts"
import { EVENT_KINDS, EVENT_NAMES } from "../../../src/story/eventKinds.ts"
import { ChipsField, ChoiceField, SearchField } from "../components/Fields.tsx"
import { PageHead } from "../components/Page.tsx"
import { TIME_ORDERS } from "../format/choices.ts"
import { sentence } from "../format/names.ts"
import { isNarrow } from "../live/paper.ts"
import { pageAddress } from "../routes/addresses.ts"
import { Link } from "../routes/Link.tsx"
import { type Query, useQuery } from "../routes/useQuery.ts"
import { InFigures } from "./events/InFigures.tsx"
import { Blocks, Calls, Events, type Range, RatingChanges, Registrations } from "./events/Records.tsx"

const VIEWS = ["events", "calls", "blocks", "ratings", "registrations"] as const
type View = (typeof VIEWS)[number]

const NAMES: Readonly<Record<View, string>> = {
  events: "Events",
  calls: "Calls",
  blocks: "Blocks",
  ratings: "Rating changes",
  registrations: "Registrations"
}

/** Valid values of a field; others are not requested. */
const digits = (text: string | undefined): string | undefined => (text !== undefined && /^\d{1,9}$/.test(text) ? text : undefined)
/** Ids start at 1. */
const id = (text: string | undefined): string | undefined => (digits(text) === undefined || Number(text) === 0 ? undefined : text)
const place = (text: string | undefined, end: "from" | "to"): string | undefined =>
  text !== undefined && placeOf(text, end) !== undefined ? text : undefined
const word = (text: string | undefined): string | undefined =>
  text !== undefined && /^[A-Za-z][A-Za-z0-9_]{0,63}$/.test(text) ? text : undefined
const account = (text: string | undefined): string | undefined =>
  text !== undefined && /^5[1-9A-HJ-NP-Za-km-z]{45,48}$/.test(text) ? text : undefined

/** Undefined for all. */
const someKinds = (query: Query) => {
  const kinds = query.someOf("kind", EVENT_KINDS)
  return kinds.length === 0 ? undefined : kinds
}

const FIELDS: Readonly<Record<View, ReadonlyArray<readonly [name: string, label: string, placeholder: string]>>> = {
  events: [
    ["issue", "Issue", "its number"],
    ["competition", "Match", "its number"]
  ],
  calls: [
    ["message", "Message", "register_issue"],
    ["signer", "Signer", "the whole address"]
  ],
  blocks: [],
  ratings: [],
  registrations: []
}

const RANGE = [
  ["from", "From block or day", "the first"],
  ["to", "To block or day", "the newest"]
] as const

const rangeOf = (view: View) => (view === "registrations" ? [] : RANGE)

const Filters = ({ query, view }: { readonly query: Query; readonly view: View }) => (
  <search className="filters">
    {view === "events" ? (
      <ChipsField label="About" choices={EVENT_KINDS} chosen={query.someOf("kind", EVENT_KINDS)} onChange={(kind) => query.set({ kind })} />
    ) : null}
    <div className="filters-row many">
      {view === "events" ? (
        <ChoiceField
          label="Event"
          value={query.get("name") ?? ""}
          choices={[["", "any"], ...EVENT_NAMES.map((name) => [name, sentence(name)] as const)]}
          onChange={(name) => query.set({ name })}
        />
      ) : null}
      {[...FIELDS[view], ...rangeOf(view)].map(([name, label, placeholder]) => (
        <SearchField
          key={name}
          label={label}
          value={query.get(name) ?? ""}
          placeholder={placeholder}
          onChange={(value) => query.set({ [name]: value }, { replace: true })}
        />
      ))}
      {view === "calls" ? (
        <ChoiceField<"" | "true" | "false">
          label="Result"
          value={query.oneOf("success", BOOLEANS) ?? ""}
          choices={[
            ["", "any"],
            ["true", "took effect"],
            ["false", "failed"]
          ]}
          onChange={(success) => query.set({ success })}
        />
      ) : null}
      {view === "ratings" || view === "registrations" ? null : (
        <ChoiceField<"newest" | "oldest">
          label="Order"
          value={query.oneOf("sort", TIME_SORTS) ?? "newest"}
          choices={TIME_ORDERS}
          onChange={(sort) => query.set({ sort: sort === "newest" ? undefined : sort })}
        />
      )}
    </div>
  </search>
)

const ShownEvents = ({ query, view }: { readonly query: Query; readonly view: View }) => {
  const range: Range = { from: place(query.get("from"), "from"), to: place(query.get("to"), "to"), sort: query.oneOf("sort", TIME_SORTS) }
  const calls = (
    <Calls
      {...range}
      message={word(query.get("message"))}
      signer={account(query.get("signer"))}
      success={query.oneOf("success", BOOLEANS)}
    />
  )
  if (view === "calls") return calls
  if (view === "blocks") return <Blocks {...range} />
  if (view === "ratings") return <RatingChanges {...range} />
  if (view === "registrations") return <Registrations />
  const events = (
    <Events
      {...range}
      kind={someKinds(query)}
      name={word(query.get("name"))}
      issue={id(query.get("issue"))}
      competition={id(query.get("competition"))}
    />
  )
  // A single block, as linked by CallLink: show everything about it.
  return range.from !== undefined && range.from === range.to && digits(range.from) !== undefined ? (
    <>
      <Blocks {...range} />
      {calls}
      {events}
    </>
  ) : (
    events
  )
}

/** The address of another view of the same blocks. */
const addressOf = (query: Query, view: View): string => {
  const parameters = new URLSearchParams()
  if (view !== "events") parameters.set("show", view)
  for (const name of ["from", "to", "sort"]) {
    const value = query.get(name)
    if (value !== undefined) parameters.set(name, value)
  }
  const text = parameters.toString()
  return `${pageAddress("events")}${text === "" ? "" : `?${text}`}`
}

export default function EventsPage() {
  const query = useQuery()
  const view = query.oneOf("show", VIEWS) ?? "events"
  const [isFiltered] = useState(!query.isEmpty)
  return (
    <div className="page">
      <PageHead title="Events">
        <p className="page-note">
          What the contract recorded on the chain, complete. Every filter is in the address, so that you can share what you see.
        </p>
      </PageHead>
      {isFiltered ? null : <InFigures />}
      <nav aria-label="What is shown">
        <ul className="views">
          {VIEWS.map((one) => (
            <li key={one}>
              <Link to={addressOf(query, one)} data-shown={one === view ? "" : undefined}>
                {NAMES[one]}
                {one === view ? <span className="hidden">, shown now</span> : null}
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {isNarrow() ? (
        <details className="more" open={isFiltered}>
          <summary>Filter</summary>
          <Filters query={query} view={view} />
        </details>
      ) : (
        <Filters query={query} view={view} />
      )}
      <ShownEvents query={query} view={view} />
    </div>
  )
}

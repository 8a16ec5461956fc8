/** Components that readers act on, and a page's parts, in every state. */

import { useState } from "react"
import { Problem } from "../api/ask.ts"
import { endpoints } from "../api/endpoints.ts"
import { ApiFile } from "../components/ApiFile.tsx"
import { Command } from "../components/Command.tsx"
import { Contact } from "../components/Contact.tsx"
import { ChipsField, ChoiceField, SearchField } from "../components/Fields.tsx"
import { CsvLink, HeldRows, ListFoot, ListView, Newer, Table } from "../components/Lists.tsx"
import { ApiProblem, EmptyState, Fold, PageSkeleton, ProblemState, Section, Skeleton } from "../components/Page.tsx"
import { Form, Streak } from "../components/Ratings.tsx"
import { Sharing } from "../components/Sharing.tsx"
import { Takeable } from "../components/Takeable.tsx"
import { Json } from "../components/Values.tsx"
import { WatchStar } from "../components/WatchStar.tsx"
import { WindowedList } from "../components/WindowedList.tsx"
import type { AskedList } from "../data/hooks.ts"
import type { Entries } from "./Entry.ts"

const nothing = () => undefined
const keyOf = (row: string) => row

const LIST: AskedList<string> = {
  items: ["one", "two"],
  problem: undefined,
  loading: false,
  more: false,
  isCut: false,
  readAt: undefined,
  keyOf,
  address: "/v1/payouts",
  readMore: nothing,
  seen: nothing,
  again: nothing
}
const EMPTY = { title: "None yet", why: "They appear here by themselves." }
const PROBLEM = new Problem("unreachable", "The server did not answer.", "The page tries again by itself.", undefined)
const shown = (items: ReadonlyArray<string>) => <p>{items.join(", ")}</p>

/** A list to which the reader adds. */
const Growing = () => {
  const [rows, setRows] = useState<ReadonlyArray<string>>(["row 2", "row 1"])
  return (
    <>
      <p>
        <button type="button" onClick={() => setRows([`row ${rows.length + 1}`, ...rows])}>
          Something happens
        </button>
      </p>
      <HeldRows items={rows} list={{ ...LIST, items: rows }}>
        {(items) => <Table caption="Rows" items={items} keyOf={keyOf} columns={[{ name: "Row", cell: keyOf }]} />}
      </HeldRows>
    </>
  )
}

const newer = (count: number, more: { readonly isMore?: boolean; readonly isReordered?: boolean } = {}) => (
  <div className="held-rows">
    <Newer count={count} isMore={false} isReordered={false} {...more} onShow={nothing} />
    <p>The first shown row.</p>
  </div>
)

const lines = Array.from({ length: 200 }, (_, index) => `line ${index + 1}`)
const rowHeight = () => 1.5

export const controls: Entries = {
  ApiFile: { linked: <ApiFile at={endpoints.consensusFacts(7)}>what the chain says</ApiFile> },
  ChipsField: {
    "none chosen": <ChipsField label="Status" choices={["Open", "Paid"]} chosen={[]} onChange={() => {}} />,
    "one chosen": <ChipsField label="Status" choices={["Open", "Paid"]} chosen={["Open"]} onChange={() => {}} />
  },
  ChoiceField: {
    usual: (
      <ChoiceField
        label="Order"
        value="a"
        choices={[
          ["a", "Newest first"],
          ["b", "Oldest first"]
        ]}
        onChange={() => {}}
      />
    )
  },
  Command: { enrol: <Command text="gittensor mine enroll 7 --contract 5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL" /> },
  Contact: {
    "an e-mail address": <Contact contact="owner@gittensor.example" />,
    "a page": <Contact contact="https://gittensor.example/contact" />
  },
  CsvLink: { "a list": <CsvLink address="/v1/payouts" /> },
  EmptyState: {
    plain: <EmptyState title="None yet">When enough miners are enrolled, validators vote for a pair.</EmptyState>,
    "with an action": (
      <EmptyState title="No issue matches" action={{ label: "Remove all filters", act: () => {} }}>
        The search looks for words that begin like this.
      </EmptyState>
    )
  },
  Fold: {
    folded: (
      <Fold title="The vote" note="by validators' stake">
        <p>Its content.</p>
      </Fold>
    )
  },
  Form: {
    five: <Form results={["won", "lost", "expired", "won", "won"]} />,
    "a streak": <Streak of={{ form: ["won", "won", "won", "won", "won"], streak: 12 }} />,
    one: <Form results={["lost"]} />,
    none: <Form results={[]} />
  },
  HeldRows: { "growing: add rows, then use the page or leave it alone": <Growing /> },
  Json: { "closed until clicked": <Json value={{ issue: 7, amount: "100000000000" }} label="fields of BountyPaid" /> },
  ListFoot: {
    more: <ListFoot list={{ ...LIST, more: true }} />,
    reading: <ListFoot list={{ ...LIST, more: true, loading: true }} />,
    "cut, in an export": <ListFoot list={{ ...LIST, isCut: true }} />,
    failed: (
      <ListFoot
        list={{
          ...LIST,
          more: true,
          problem: new Problem("busy", "The database is unavailable.", "The page tries again in a few seconds.", 5_000)
        }}
      />
    )
  },
  ListView: {
    loading: (
      <ListView list={{ ...LIST, items: undefined, loading: true }} empty={EMPTY}>
        {shown}
      </ListView>
    ),
    empty: (
      <ListView list={{ ...LIST, items: [] }} empty={EMPTY}>
        {shown}
      </ListView>
    ),
    there: (
      <ListView list={LIST} empty={EMPTY}>
        {shown}
      </ListView>
    ),
    "with more pages": (
      <ListView list={{ ...LIST, more: true }} empty={EMPTY}>
        {shown}
      </ListView>
    ),
    failed: (
      <ListView list={{ ...LIST, items: undefined, problem: PROBLEM }} empty={EMPTY}>
        {shown}
      </ListView>
    )
  },
  Newer: {
    "nothing is new": newer(0),
    "three are new": newer(3),
    "more than were read": newer(100, { isMore: true }),
    "another order": newer(0, { isReordered: true })
  },
  PageHead: { "seen above": <p>This page's own head is an example.</p> },
  PageSkeleton: { usual: <PageSkeleton /> },
  ProblemState: {
    "with an action": (
      <ProblemState
        title="The server cannot be reached"
        message="The server does not answer."
        advice="The page tries again in a few seconds."
        action={{ label: "Ask again", act: () => {} }}
      />
    ),
    "of the API": (
      <ApiProblem
        problem={new Problem("missing", "there is no issue 9 in the index", "It may not be indexed yet.", undefined)}
        again={() => {}}
      />
    )
  },
  SearchField: {
    empty: <SearchField label="Search" value="" placeholder="repository, number or title" onChange={() => {}} />,
    filled: <SearchField label="Search" value="widgets 42" onChange={() => {}} />
  },
  Section: {
    usual: (
      <Section title="Votes" note="by stake">
        Its content.
      </Section>
    )
  },
  Sharing: {
    "a match": <Sharing what="match" id={7} name="ada-lovelace against octocat" feed="/feed.atom?competition=7" />,
    "an issue": <Sharing what="issue" id={7} name="acme/widgets#42" feed="/feed.atom?repository=acme/widgets" />
  },
  Skeleton: { "a line": <Skeleton />, "a picture": <Skeleton width="4rem" height="4rem" /> },
  Table: {
    "two columns": (
      <Table
        caption="Numbers"
        items={[1, 1_000]}
        keyOf={(item) => `${item}`}
        columns={[
          { name: "Word", cell: () => "one" },
          { name: "Number", numeric: true, cell: (item) => item }
        ]}
      />
    )
  },
  Takeable: { "as this index is now": <Takeable /> },
  WatchStar: { "press it": <WatchStar watch={{ kind: "issue", id: "0", name: "An issue of the book" }} /> },
  WindowedList: {
    "200 lines, of which those on the screen are drawn": (
      <div className="book-window">
        <WindowedList label="Lines" items={lines} keyOf={keyOf} row={keyOf} rowHeight={rowHeight} more={false} onNearEnd={nothing} />
      </div>
    )
  }
}

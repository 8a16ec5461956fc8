import type { Entry } from "../book/Entry.ts"
import { Table } from "./Table.tsx"

export default {
  name: "Table",
  about: "A table. On a phone, each row becomes a card with column names.",
  pages: ["everywhere"],
  props: [
    ["caption", "string", "for screen readers"],
    ["columns", "ReadonlyArray<Column>", "name, cell, numeric"],
    ["items", "ReadonlyArray<A>", ""],
    ["keyOf", "(item) => string", ""]
  ],
  feeds: [],
  states: [
    [
      "two columns",
      <Table
        key=""
        caption="Numbers"
        items={[1, 1_000]}
        keyOf={(item) => `${item}`}
        columns={[
          { name: "Word", cell: () => "one" },
          { name: "Number", numeric: true, cell: (item) => item }
        ]}
      />
    ]
  ]
} satisfies Entry

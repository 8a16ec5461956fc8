import type { Entry } from "../book/Entry.ts"
import { Table } from "./Table.tsx"

export default {
  name: "Table",
  about: "A table; on a phone each row becomes a card with its columns' names.",
  pages: ["everywhere"],
  props: [
    ["caption", "string", "for who can't see it"],
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

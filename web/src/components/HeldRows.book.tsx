import { useState } from "react"
import type { Entry } from "../book/Entry.ts"
import { HeldRows } from "./HeldRows.tsx"
import { Table } from "./Table.tsx"

const nothing = () => undefined
const keyOf = (row: string) => row

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
      <HeldRows
        items={rows}
        list={{
          items: rows,
          problem: undefined,
          loading: false,
          more: false,
          readAt: undefined,
          keyOf,
          address: "",
          readMore: nothing,
          seen: nothing,
          again: nothing
        }}
      >
        {(items) => <Table caption="Rows" items={items} keyOf={keyOf} columns={[{ name: "Row", cell: keyOf }]} />}
      </HeldRows>
    </>
  )
}

export default {
  name: "HeldRows",
  about:
    "The rows of a list that grows while it is looked at: those that are shown change in place, what is new above them waits behind Newer. When nobody has touched the page for 20 s and nobody is in the list, it slides in by itself.",
  pages: ["every list"],
  props: [
    ["list", "AskedList<A>", "what useList gave"],
    ["items", "ReadonlyArray<A>", "its items"],
    ["children", "(items) => ReactNode", "the rows: a Table, or a WindowedList"]
  ],
  feeds: [],
  states: [["growing: press it, and wait or do not", <Growing key="" />]]
} satisfies Entry

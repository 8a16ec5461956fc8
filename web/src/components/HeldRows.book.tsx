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
          isCut: false,
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
    "The rows of a list that grows while it is shown. Shown rows change in place; new rows above wait behind Newer. If nobody has used the page for 20 s and nobody is in the list, they slide in by themselves.",
  pages: ["every list"],
  props: [
    ["list", "AskedList<A>", "the result of useList"],
    ["items", "ReadonlyArray<A>", "its items"],
    ["children", "(items) => ReactNode", "the rows: a Table, or a WindowedList"]
  ],
  feeds: [],
  states: [["growing: add rows, then use the page or leave it alone", <Growing key="" />]]
} satisfies Entry

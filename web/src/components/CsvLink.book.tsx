import type { Entry } from "../book/Entry.ts"
import { CsvLink } from "./CsvLink.tsx"

export default {
  name: "CsvLink",
  about: "A link to a list as CSV, with the same filters and order. Not in an export.",
  pages: ["every list"],
  props: [["address", "string", "the list's address in the API"]],
  feeds: [],
  states: [["a list", <CsvLink key="" address="/v1/payouts" />]]
} satisfies Entry

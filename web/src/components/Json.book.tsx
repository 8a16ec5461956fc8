import type { Entry } from "../book/Entry.ts"
import { Json } from "./Json.tsx"

export default {
  name: "Json",
  about: "Fields as the chain recorded them.",
  pages: ["Events", "Validators", "Stats"],
  props: [
    ["value", "unknown", ""],
    ["label", "string", "what they are"]
  ],
  feeds: ["events: fields; calls: arguments; config; reports: values"],
  states: [["closed until clicked", <Json key="" value={{ issue: 7, amount: "100000000000" }} label="fields of BountyPaid" />]]
} satisfies Entry

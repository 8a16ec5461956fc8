import { collateral } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { CollateralTable } from "./CollateralTable.tsx"

export default {
  name: "CollateralTable",
  about: "Movements of collateral, and what is deposited afterwards.",
  pages: ["Miner", "Treasury"],
  props: [
    ["items", "ReadonlyArray<CollateralFlow>", ""],
    ["caption", "string", ""]
  ],
  feeds: ["/v1/collateral: all its fields"],
  states: [["slashed", <CollateralTable key="" items={collateral} caption="Collateral" />]]
} satisfies Entry

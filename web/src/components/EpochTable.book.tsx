import { epochs } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { EpochTable } from "./EpochTable.tsx"

export default {
  name: "EpochTable",
  about: "Epochs with what an audit of their reports found.",
  pages: ["Validators"],
  props: [["epochs", "ReadonlyArray<ConsensusEpoch>", "newest first"]],
  feeds: ["/v1/consensus/epochs: all their fields"],
  states: [["with findings, without, without a quorum", <EpochTable key="" epochs={epochs} />]]
} satisfies Entry

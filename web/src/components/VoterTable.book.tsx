import { TOTAL, voters } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { VoterTable } from "./VoterTable.tsx"

export default {
  name: "VoterTable",
  about: "The validators that could report in an epoch: what they reported, and whether their weights follow from the reports.",
  pages: ["Epoch"],
  props: [
    ["epoch", "number", ""],
    ["voters", "ReadonlyArray<ConsensusVoter>", "largest stake first"],
    ["totalStake", "string (rao)", "of all of them"]
  ],
  feeds: ["/v1/consensus/epochs/{epoch}: voters, totalStake", "/v1/consensus/epochs/{epoch}/reports/{hotkey}, as a link"],
  states: [["as expected, other, hidden, none", <VoterTable key="" epoch={812} voters={voters} totalStake={TOTAL} />]]
} satisfies Entry

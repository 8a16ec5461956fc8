import { values } from "../book/consensus.ts"
import type { Entry } from "../book/Entry.ts"
import { PullBar } from "./PullBar.tsx"

export default {
  name: "PullBar",
  about: "Who pulls a UID's value which way, by stake.",
  pages: ["Epoch"],
  props: [
    ["votes", 'ConsensusValue["votes"]', "by rising value"],
    ["label", "string", "for screen readers"]
  ],
  feeds: ["/v1/consensus/epochs/{epoch}: values.votes"],
  states: [
    ["below, equal, above", <PullBar key="" votes={values[0]?.votes ?? []} label="Reports on UID 17" />],
    ["some did not measure it", <PullBar key="" votes={values[1]?.votes ?? []} label="Reports on UID 42" />],
    ["no reports", <PullBar key="" votes={[]} label="Reports on UID 3" />]
  ]
} satisfies Entry

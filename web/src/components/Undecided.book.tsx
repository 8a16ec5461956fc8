import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Undecided } from "./Undecided.tsx"

const chain = { netuid: 74, contract: "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL" }
const late = { ...competitions.window, deadline: { block: 1_000, time: null }, challengePeriod: 100 }
const nobody = { choice: null, weight: "0", totalWeight: "100", from: null }

export default {
  name: "Undecided",
  about:
    "That a match is past its deadline and nothing on its end can be settled, and what validators' operators can do. Nothing otherwise.",
  pages: ["Match", "Issue", "Validators"],
  props: [
    ["competition", "CompetitionDetail", ""],
    ["block", "number | undefined", "the newest block"],
    ["chain", "Place | null | undefined", "for the commands"]
  ],
  feeds: ["/v1/competitions/{id}: status, deadline, challengePeriod, outcome", "/v1/config: chain", "/v1/stream"],
  states: [
    ["no votes", <Undecided key="" competition={{ ...late, outcome: { ...nobody, state: "noVotes" } }} block={1_200} chain={chain} />],
    [
      "too few votes",
      <Undecided key="" competition={{ ...late, outcome: { ...nobody, state: "tooLight", weight: "30" } }} block={1_200} chain={chain} />
    ],
    ["decided", <Undecided key="" competition={competitions.agreeing} block={1_200} chain={chain} />]
  ]
} satisfies Entry

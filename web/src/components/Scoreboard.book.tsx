import { scoreboardOf } from "../../../src/story/scoreboard.ts"
import type { CompetitionDetail } from "../api/types.ts"
import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { rao } from "../book/samples.ts"
import { Scoreboard } from "./Scoreboard.tsx"

const shown = (competition: CompetitionDetail) => (
  <Scoreboard key="" competition={competition} state={scoreboardOf(competition, { quorum: 0.5, bounty: rao(100) })} />
)

export default {
  name: "Scoreboard",
  about: "The state of play of a match: who is ahead and why, both sides, the clock, the stakes and the vote.",
  pages: ["Match", "Issue"],
  props: [
    ["competition", "CompetitionDetail", ""],
    ["state", "Scoreboard", "by src/story/scoreboard.ts"],
    ["children", "ReactNode", "what happened last"]
  ],
  feeds: ["/v1/competitions/{id}", "/v1/issues/{id}: target", "/v1/config: quorumBps, alphaPrice", "/v1/stream: block, time"],
  states: Object.entries(competitions).map(([name, competition]) => [name, shown(competition)])
} satisfies Entry

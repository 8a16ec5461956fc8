import { competitions, outlooks } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Outlook } from "./Outlook.tsx"

const { votes } = competitions.agreeing

export default {
  name: "Outlook",
  about: "What the votes that stand would settle and when, or why nothing can be settled.",
  pages: ["Issue", "Match"],
  props: [
    ["outcome", "Outcome", ""],
    ["votes", "ReadonlyArray<Vote>", "those on the outcome are read"],
    ["quorum", "number | undefined", "the share of the stake that decides"]
  ],
  feeds: ["/v1/issues/{id}: outcome, liveVotes", "/v1/competitions/{id}: outcome, votes", "/v1/config: config.quorumBps"],
  states: [
    ["no votes", <Outlook key="" outcome={outlooks.noVotes} votes={[]} quorum={0.5001} />],
    ["too little stake", <Outlook key="" outcome={outlooks.tooLight} votes={votes.slice(0, 1)} quorum={0.5001} />],
    ["not old enough", <Outlook key="" outcome={outlooks.tooYoung} votes={votes} quorum={0.5001} />],
    ["it can be settled", <Outlook key="" outcome={outlooks.settleable} votes={votes} quorum={0.5001} />]
  ]
} satisfies Entry

import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { LiveCompetition } from "./LiveCompetition.tsx"

export default {
  name: "LiveCompetition",
  about: "A running match as a card: who, for what, who is ahead and why, and how long it goes on. The leader's side is lit.",
  pages: ["Home"],
  props: [
    ["competition", "Competition | CompetitionDetail", "the detail adds votes and pull requests"],
    ["quorum", "number | undefined", "the share of the stake that decides"]
  ],
  feeds: ["/v1/competitions", "/v1/competitions/{id}: votes, pullRequests", "/v1/config: quorumBps, alphaPrice"],
  states: [
    ["waiting", <LiveCompetition key="" competition={competitions.window} quorum={0.5} />],
    ["with votes", <LiveCompetition key="" competition={competitions.running} quorum={0.5} />]
  ]
} satisfies Entry

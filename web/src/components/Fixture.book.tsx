import { competitions } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Fixture, Upset } from "./Fixture.tsx"

export default {
  name: "Fixture",
  about: "Who plays whom, winner first, with ratings at the start or what the result changed, and the mark of a win against the odds.",
  pages: ["Home", "Matches", "Miner", "Head to head"],
  props: [
    ["competition", "Competition", ""],
    ["ahead", '"a" | "b" | null', "who leads a running one, if known"]
  ],
  feeds: ["/v1/competitions: a, b, status, winner"],
  states: Object.values(competitions).map(
    (competition) =>
      [
        competition.status,
        <p key="">
          <Fixture competition={competition} /> <Upset competition={competition} />
        </p>
      ] as const
  )
} satisfies Entry

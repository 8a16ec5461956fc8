import { competitions, listed } from "../book/competitions.ts"
import type { Entry } from "../book/Entry.ts"
import { Meetings } from "./Meetings.tsx"

const first = { ...competitions.running, meetings: { aWon: 0, bWon: 0, expired: 0, void: 0, running: 1 } }

export default {
  name: "Meetings",
  about: "The other meetings of the two: totals, and the latest individually.",
  pages: ["Match"],
  props: [
    ["competition", "CompetitionDetail", "a, b, status, winner, meetings"],
    ["earlier", "ReadonlyArray<Competition> | undefined", "their other matches; undefined while loading"]
  ],
  feeds: ["/v1/competitions/{id}: meetings, a, b, status, winner", "/v1/head-to-head?a=&b=: items"],
  states: [
    ["the first time", <Meetings key="" competition={first} earlier={[]} />],
    ["some before", <Meetings key="" competition={competitions.running} earlier={listed} />],
    ["after a win: it is not counted twice", <Meetings key="" competition={competitions.won} earlier={listed.slice(3, 5)} />],
    ["being read", <Meetings key="" competition={competitions.running} earlier={undefined} />]
  ]
} satisfies Entry

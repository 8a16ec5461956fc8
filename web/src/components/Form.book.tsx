import type { Entry } from "../book/Entry.ts"
import { Form, Streak } from "./Form.tsx"

export default {
  name: "Form",
  about: "How a miner's last matches ended, newest first.",
  pages: ["Match", "Head to head", "Miner", "Leaderboard"],
  props: [
    ["results", 'ReadonlyArray<"won" | "lost" | "expired">', "newest first"],
    ["of", "Run", "of Streak: the form, and how long its newest result has lasted"]
  ],
  feeds: ["/v1/miners/{hotkey}, /v1/leaderboard, records of /v1/competitions/{id}: form, streak"],
  states: [
    ["five", <Form key="" results={["won", "lost", "expired", "won", "won"]} />],
    ["a streak", <Streak key="" of={{ form: ["won", "won", "won", "won", "won"], streak: 12 }} />],
    ["one", <Form key="" results={["lost"]} />],
    ["none", <Form key="" results={[]} />]
  ]
} satisfies Entry

import type { Entry } from "../book/Entry.ts"
import { Form, Streak } from "./Form.tsx"

export default {
  name: "Form",
  about: "How a miner's last competitions ended, newest first.",
  pages: ["Competition", "Head to head", "Miner", "Leaderboard"],
  props: [["results", 'ReadonlyArray<"won" | "lost" | "expired">', "newest first"]],
  feeds: ["/v1/miners/{hotkey}, /v1/leaderboard, records of /v1/competitions/{id}: form"],
  states: [
    ["five", <Form key="" results={["won", "lost", "expired", "won", "won"]} />],
    ["a streak", <Streak key="" results={["won", "won", "won", "lost"]} />],
    ["one", <Form key="" results={["lost"]} />],
    ["none", <Form key="" results={[]} />]
  ]
} satisfies Entry

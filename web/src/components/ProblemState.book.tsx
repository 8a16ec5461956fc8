import { Problem } from "../api/ask.ts"
import type { Entry } from "../book/Entry.ts"
import { ApiProblem, ProblemState } from "./ProblemState.tsx"

export default {
  name: "ProblemState",
  about: "An error: what happened and what to do.",
  pages: ["everywhere"],
  props: [
    ["title", "string", ""],
    ["message", "string", "what happened"],
    ["advice", "string", "what to do"],
    ["action", "{ label, act }", ""]
  ],
  feeds: ["the API's errors: message, details"],
  states: [
    [
      "with an action",
      <ProblemState
        key=""
        title="The server cannot be reached"
        message="The server does not answer."
        advice="The page tries again in a few seconds."
        action={{ label: "Ask again", act: () => {} }}
      />
    ],
    [
      "of the API",
      <ApiProblem
        key=""
        problem={new Problem("missing", "there is no issue 9 in the index", "It may not be indexed yet.", undefined)}
        again={() => {}}
      />
    ]
  ]
} satisfies Entry

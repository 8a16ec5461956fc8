/** The built-in roster: the subnet's repositories and tables of 6 August 2026, with the rules that protect maintainers and pay for work. */
import { Schema } from "effect"
import { LEAST_DECIDED } from "./burden.ts"
import { RosterDocument } from "./Roster.ts"
import languages from "./roster/languages.json"
import repositories from "./roster/repositories.json"
import tokenWeights from "./roster/token_weights.json"

/** The ids of its repositories are not known. So a repository that was created later under such a name does not count. */
const NAMED_ON = "2026-08-06"

const BURDEN = { max_open_prs_per_miner: 5, max_open_prs: 30, spam_days: 30, min_decided_prs: LEAST_DECIDED }

export const defaultRoster: RosterDocument = Schema.decodeUnknownSync(RosterDocument)({
  version: 0,
  repositories: Object.fromEntries(
    Object.entries(repositories).map(([name, settings]) => [name, { ...settings, named_on: NAMED_ON, burden: BURDEN }])
  ),
  languages,
  token_weights: tokenWeights,
  consent: "not-refused",
  scoring: "work"
})

/** The built-in roster: the subnet's figures of 6 August 2026. */
import { Schema } from "effect"
import { RosterDocument } from "./Roster.ts"
import languages from "./roster/languages.json"
import repositories from "./roster/repositories.json"
import tokenWeights from "./roster/token_weights.json"

export const defaultRoster: RosterDocument = Schema.decodeUnknownSync(RosterDocument)({
  version: 0,
  repositories,
  languages,
  token_weights: tokenWeights
})

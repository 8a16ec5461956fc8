/** The roster that the program comes with: the subnet's figures of 6 August 2026. */
import { Schema } from "effect"
import { Roster } from "./Roster.ts"
import languages from "./roster/languages.json"
import repositories from "./roster/repositories.json"
import tokenWeights from "./roster/token_weights.json"

export const defaultRoster: Roster = Schema.decodeUnknownSync(Roster)({ version: 0, repositories, languages, token_weights: tokenWeights })

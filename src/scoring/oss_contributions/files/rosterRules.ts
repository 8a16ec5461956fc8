/** A roster's figures in the form in which files look them up. */

import type { FileRules } from "../../../domain/contributions/FileRules.ts"
import type { LanguageTable, TokenWeights } from "../../../domain/Roster.ts"

export const fileRulesOf = (roster: { readonly languages: LanguageTable; readonly token_weights: TokenWeights }): FileRules => ({
  languages: new Map(
    Object.entries(roster.languages).map(([extension, { weight, language = null }]) => [extension, { weight, language }] as const)
  ),
  structural: new Map(Object.entries(roster.token_weights.structural_bonus)),
  leaf: new Map(Object.entries(roster.token_weights.leaf_tokens))
})

/** The roster's figures for scoring files, as lookup tables. */
import type { RosterDocument } from "../Roster.ts"

export interface LanguageRule {
  readonly weight: number
  /** The grammar's name in the roster; null if the roster names none. */
  readonly language: string | null
}

export interface FileRules {
  /** By lower-case extension. */
  readonly languages: ReadonlyMap<string, LanguageRule>
  /** Weights of node types that count by their type alone. */
  readonly structural: ReadonlyMap<string, number>
  /** Weights of the types of childless nodes, which count by type and text. Other types weigh 0 but still count as nodes. */
  readonly leaf: ReadonlyMap<string, number>
}

/** The rules in a roster's tables. Callers keep the result: caches compare rules by identity. */
export const fileRulesOf = ({ languages, token_weights }: Pick<RosterDocument, "languages" | "token_weights">): FileRules => ({
  languages: new Map(
    Object.entries(languages).map(([extension, { weight, language = null }]) => [extension, { weight, language }] as const)
  ),
  structural: new Map(Object.entries(token_weights.structural_bonus)),
  leaf: new Map(Object.entries(token_weights.leaf_tokens))
})

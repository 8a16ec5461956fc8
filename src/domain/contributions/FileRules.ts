/** The roster's figures for scoring files, as lookup tables. */
import type { RosterDocument, ScoringChoice } from "../Roster.ts"

export interface LanguageRule {
  readonly weight: number
  /** The grammar's name in the roster; null if the roster names none. */
  readonly language: string | null
}

export interface FileRules {
  /** Languages by lower-case file extension. */
  readonly languages: ReadonlyMap<string, LanguageRule>
  /** Weights of node types that count by their type alone. */
  readonly structural: ReadonlyMap<string, number>
  /** Weights of the types of childless nodes, which count by type and text. Other types weigh 0 but still count as nodes. */
  readonly leaf: ReadonlyMap<string, number>
  /** Whether the roster has `"scoring": "work"`, which needs more of a file than its score. Left out: it has not. */
  readonly work?: true
}

/** The same tables for the rules that are chosen. */
export const scoredBy = ({ work: _, ...tables }: FileRules, { scoring }: ScoringChoice): FileRules =>
  scoring === "work" ? { ...tables, work: true } : tables

/** The rules that a roster's tables state. Callers keep the result: caches recognise rules by identity. */
export const fileRulesOf = ({
  languages,
  scoring,
  token_weights
}: Pick<RosterDocument, "languages" | "scoring" | "token_weights">): FileRules =>
  scoredBy(
    {
      languages: new Map(
        Object.entries(languages).map(([extension, { weight, language = null }]) => [extension, { weight, language }] as const)
      ),
      structural: new Map(Object.entries(token_weights.structural_bonus)),
      leaf: new Map(Object.entries(token_weights.leaf_tokens))
    },
    { scoring }
  )

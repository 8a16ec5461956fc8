/**
 * The figures by which files are scored, as the roster holds them, in the form in which they are looked up.
 */

export interface LanguageRule {
  readonly weight: number
  /** The grammar's name in the roster; null for what has none. */
  readonly language: string | null
}

export interface FileRules {
  /** By lower-case extension. */
  readonly languages: ReadonlyMap<string, LanguageRule>
  /** The weights of node types that count by type alone. */
  readonly structural: ReadonlyMap<string, number>
  /** The weights of node types without children, which count by type and text. Others are 0, but count as nodes. */
  readonly leaf: ReadonlyMap<string, number>
}

/** Which languages count by words, because their grammar names at most one kind of node with structural weight, or none can be read. Pure. */
import type { LanguageRule } from "../../../domain/contributions/FileRules.ts"

/** By the grammars and today's weights; test/unit/scoring/rules/byWords.test.ts looks at the grammars themselves. */
const BY_WORDS: ReadonlySet<string> = new Set(
  "asm cmake csharp css dockerfile elm groovy haskell hcl make nix pascal prisma proto purescript racket scheme scss tcl zig".split(" ")
)

export const isCountedByWords = ({ language }: LanguageRule): boolean => language === null || BY_WORDS.has(language)

/** Serialises the rules for scoring files, so that a worker scores by the rules of its caller and needs no roster of its own. */
import { Effect, Schema } from "effect"
import { LRUCache } from "lru-cache"
import { canonicalHash, canonicalJson } from "../../../domain/canonicalJson.ts"
import type { FileRules } from "../../../domain/contributions/FileRules.ts"

const Weights = Schema.Record({ key: Schema.String, value: Schema.Finite })

const RulesDocument = Schema.Struct({
  languages: Schema.Record({
    key: Schema.String,
    value: Schema.Struct({ weight: Schema.Finite, language: Schema.NullOr(Schema.String) })
  }),
  structural: Weights,
  leaf: Weights,
  work: Schema.optional(Schema.Literal(true))
})

const decodeDocument = Schema.decodeUnknown(Schema.parseJson(RulesDocument))

export interface RulesText {
  /** The canonical JSON, compressed, in base64: 2 KB for the rules of today's subnet. */
  readonly text: string
  /** Hash of the canonical JSON, so that equal rules have equal hashes. */
  readonly hash: string
}

const madeTexts = new WeakMap<FileRules, RulesText>()

export const rulesTextOf = (rules: FileRules): RulesText => {
  const before = madeTexts.get(rules)
  if (before !== undefined) return before
  const document = {
    languages: Object.fromEntries(rules.languages),
    structural: Object.fromEntries(rules.structural),
    leaf: Object.fromEntries(rules.leaf),
    ...(rules.work === undefined ? {} : { work: rules.work })
  }
  const text = Buffer.from(Bun.zstdCompressSync(Buffer.from(canonicalJson(document)))).toString("base64")
  const result = { text, hash: canonicalHash(document) }
  madeTexts.set(rules, result)
  return result
}

/** Texts whose rules are cached, because other caches compare rules by identity. */
const CACHED_TEXTS = 8
const read = new LRUCache<string, FileRules>({ max: CACHED_TEXTS })

/** Decodes the rules. Equal texts give the same value. An invalid text is a defect of its submitter. */
export const rulesOfText = (text: string): Effect.Effect<FileRules> =>
  Effect.gen(function* () {
    const before = read.get(text)
    if (before !== undefined) return before
    const json = yield* Effect.try(() => Buffer.from(Bun.zstdDecompressSync(Buffer.from(text, "base64"))).toString("utf8"))
    const { languages, structural, leaf, work } = yield* decodeDocument(json)
    const rules: FileRules = {
      languages: new Map(Object.entries(languages)),
      structural: new Map(Object.entries(structural)),
      leaf: new Map(Object.entries(leaf)),
      ...(work === undefined ? {} : { work })
    }
    read.set(text, rules)
    return rules
  }).pipe(Effect.orDie)

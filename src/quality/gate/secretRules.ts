/**
 * secretlint's recommended rules without secretlint's core. The core calls `performance.mark` for each file, which under Bun 1.4 ends in an unhandled promise
 * rejection. Comments in a file that disable rules have no effect here.
 */
import { creator } from "@secretlint/secretlint-rule-preset-recommend"
import type { SecretLintRuleContext, SecretLintSourceCode } from "@secretlint/types"

/** `kind`: the rule, such as "github". `start` and `end`: offsets in the text. */
export interface SecretRange {
  readonly kind: string
  readonly start: number
  readonly end: number
}

type Report = Parameters<SecretLintRuleContext["report"]>[0]

const rules = creator.rules.filter(({ meta }) => meta.type === "scanner")

const contextOf = (report: (found: Report) => void): SecretLintRuleContext => ({
  sharedOptions: {},
  createTranslator: () => (messageId, data) => ({ message: "", messageId: String(messageId), data }),
  report,
  ignore: () => undefined
})

/** All rules use the text, and some the path. */
const sourceOf = (filePath: string, content: string): SecretLintSourceCode => {
  const nowhere = { line: 1, column: 0 }
  return {
    hasBOM: false,
    content,
    filePath,
    physicalFilePath: undefined,
    contentType: "text",
    ext: "",
    getFilePath: () => filePath,
    getPhysicalFilePath: () => undefined,
    locationToRange: () => [0, 0],
    rangeToLocation: () => ({ start: nowhere, end: nowhere }),
    positionToIndex: () => 0,
    indexToPosition: () => nowhere
  }
}

/** All secrets of a text, in order of position. */
export const secretsIn = async (path: string, content: string): Promise<ReadonlyArray<SecretRange>> => {
  const found: Array<SecretRange> = []
  for (const rule of rules) {
    const kind = rule.meta.id.replace(/^.*secretlint-rule-/, "")
    const handler = rule.create(
      contextOf(({ range: [start, end] }) => void found.push({ kind, start, end })),
      {}
    )
    await handler.file?.(sourceOf(path, content))
  }
  return found.toSorted((one, other) => one.start - other.start || one.end - other.end)
}

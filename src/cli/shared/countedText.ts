/** What a file counts under `"scoring": "work"`, in a table's cell. */
import type { Amount, FileWork } from "../../domain/contributions/FileScore.ts"

const amount = ({ tokens, words }: Amount): string =>
  [...(tokens > 0 || words === 0 ? [tokens.toFixed(2)] : []), ...(words > 0 ? [`${Number(words.toFixed(2))} words`] : [])].join(" + ")

/** Such as "12.00 + 3.00 small": tokens, new words, and what is small work beside them. */
export const countedText = ({ kind, small, ...own }: Pick<FileWork, "kind" | "tokens" | "words" | "small">): string =>
  `${amount(own)}${kind === "small" || kind === "leaves" ? ` ${kind}` : ""}${small === undefined ? "" : ` + ${amount(small)} small`}`

/** The part of docs/verdicts.md that is made from the cases. */
import { sections } from "./cases.ts"

const BEGIN = "<!-- cases: written by npm run generate -->"
const END = "<!-- end of cases -->"

const cell = (text: string) => text.replaceAll("|", "\\|")

const tables = sections
  .map(({ title, cases }) =>
    [
      `### ${title}`,
      "",
      "| what happened | verdict |",
      "|---|---|",
      ...cases.map(({ what, verdict }) => `| ${cell(what)} | ${cell(verdict)} |`)
    ].join("\n")
  )
  .join("\n\n")

/** The document with today's cases between its two marks; throws where it has no marks. */
export const withCases = (text: string): string => {
  const [from, to] = [text.indexOf(BEGIN), text.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`docs/verdicts.md lacks its marks ${BEGIN} and ${END}`)
  return `${text.slice(0, from)}${BEGIN}\n\n${tables}\n\n${text.slice(to)}`
}

// Refuses a commit whose subject is longer than the log shows on one line.
// usage: node scripts/commitMessage.mjs FILE
import { readFileSync } from "node:fs"

const LONGEST = 72
const [subject = ""] = readFileSync(process.argv[2], "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "" && !line.startsWith("#"))
const length = [...subject.trimEnd()].length
if (length > LONGEST) {
  process.stderr.write(
    `The subject has ${length} characters, ${LONGEST} are the most: say what changes, and why below an empty line.\n${subject}\n`
  )
  process.exit(1)
}

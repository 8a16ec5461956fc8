/** Why an installer failed, from its output. */

/** Notices about the installer itself. They come last and would hide the reason. */
const NOTICE =
  /^(?:npm (?:notice|warn)\b|\[notice\]|WARNING: |warning: |hint: |note: |Note that |> Run with --|> Get more help|\* Try:|BUILD FAILED in|npm error A complete log|\[INFO\])/i

const FAILURE =
  /error|\berr!|fatal|fail|cannot|could not|couldn't|can't|unable|denied|refused|not found|no matching|missing|unsupported|conflict|invalid|exception/i

const MOST_LINES = 4
const LONGEST = 600

/** The first lines that mention a failure, including the text after "Caused by:"; otherwise the last lines. */
export const reasonIn = (output: string): string => {
  const lines = output
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !NOTICE.test(line))
  const failures = lines.filter((line, index) => FAILURE.test(line) || /^Caused by:/.test(lines[index - 1] ?? ""))
  const shown = failures.length === 0 ? lines.slice(-3) : failures.slice(0, MOST_LINES)
  return shown.join("; ").slice(0, LONGEST)
}

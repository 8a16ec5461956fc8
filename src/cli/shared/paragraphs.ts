/** Text for a terminal of 80 columns. */

const WIDTH = 80

/** The words of a text in lines of at most 80 characters, each after the indent; a longer word stands alone. */
export const paragraph = (text: string, indent = 0, hanging = indent): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    const start = " ".repeat(lines.length === 0 ? indent : hanging)
    const longer = line === "" ? `${start}${word}` : `${line} ${word}`
    if (longer.length > WIDTH && line !== "") {
      lines.push(line)
      line = `${" ".repeat(hanging)}${word}`
    } else line = longer
  }
  return [...lines, line]
}

/** A part of a whole, cut to a hundredth of a percent: `66.66%`. */
export const percent = (part: bigint, whole: bigint): string => {
  const hundredths = whole === 0n ? 0n : (part * 10_000n) / whole
  const fraction = (hundredths % 100n).toString().padStart(2, "0")
  return `${hundredths / 100n}${fraction === "00" ? "" : `.${fraction}`}%`
}

/** Milli-points as points: `1516.0`. */
export const points = (milliPoints: number): string => (milliPoints / 1000).toFixed(1)

/** The same of a change, with its sign. */
export const change = (milliPoints: number): string => `${milliPoints < 0 ? "" : "+"}${points(milliPoints)}`

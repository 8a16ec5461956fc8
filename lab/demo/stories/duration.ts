import { type Story, testOf } from "./Story.ts"

const PATH = "src/duration.js"

export const duration: Story = {
  title: "Durations of a day and more are shown as hours",
  body: '`durationText(90061)` says "25:01:01". People read "1 day 1 h" more easily.\n\nShow the two largest units that are not zero, with the plural of day, and "now" for less than a second.',
  labels: ["enhancement", "good first issue"],
  path: PATH,
  before: `const two = (value) => String(value).padStart(2, "0")

export const durationText = (seconds) => [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor).map(two).join(":")
`,
  approaches: [
    {
      title: "Show durations by their two largest units",
      rough: `const UNITS = [["day", 86_400], ["h", 3_600], ["min", 60], ["s", 1]]

export const durationText = (seconds) =>
  UNITS.map(([name, size]) => [Math.floor(seconds / size), name])
    .filter(([count]) => count > 0)
    .slice(0, 2)
    .map((part) => part.join(" "))
    .join(" ")
`,
      finished: `const UNITS = [
  ["day", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1]
]

export const durationText = (seconds) => {
  const parts = []
  let rest = Math.floor(seconds)
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size)
    rest -= count * size
    if (count > 0) parts.push(\`\${count} \${name}\${name === "day" && count > 1 ? "s" : ""}\`)
  }
  return parts.slice(0, 2).join(" ") || "now"
}
`,
      test: testOf(
        PATH,
        "durationText",
        `test("shows the two largest units", () => {
  assert.deepEqual([90061, 172800, 61, 0.2].map(durationText), ["1 day 1 h", "2 days", "1 min 1 s", "now"])
})
`
      )
    },
    {
      title: "Use days in durations",
      rough: `const two = (value) => String(Math.floor(value)).padStart(2, "0")

export function durationText(seconds) {
  const clock = [(seconds / 3600) % 24, (seconds / 60) % 60, seconds % 60].map(two).join(":")
  return seconds < 86_400 ? clock : \`\${Math.floor(seconds / 86_400)} days \${clock}\`
}
`,
      finished: `function split(seconds) {
  const [days, hours] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3_600) % 24]
  const [minutes, rest] = [Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60]
  return [
    [days, days === 1 ? "day" : "days"],
    [hours, "h"],
    [minutes, "min"],
    [rest, "s"]
  ]
}

export function durationText(seconds) {
  const said = split(seconds).filter(([count]) => count !== 0)
  if (said.length === 0) return "now"
  return said
    .slice(0, 2)
    .map(([count, unit]) => \`\${count} \${unit}\`)
    .join(" ")
}
`,
      test: testOf(
        PATH,
        "durationText",
        `test("has a day in the singular and in the plural", () => {
  assert.deepEqual([86_400, 200_000].map(durationText), ["1 day", "2 days 7 h"])
})
`
      )
    }
  ]
}

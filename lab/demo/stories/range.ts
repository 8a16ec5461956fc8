import { type Story, testOf } from "./Story.ts"

const PATH = "src/range.js"

export const range: Story = {
  title: "Overlapping ranges are counted twice",
  body: "`covered([[1, 5], [3, 8]])` says 9, but only 7 lines are covered.\n\nMerge ranges that overlap or touch before counting. Ranges may come in any order, and an empty list covers 0.",
  labels: ["bug"],
  path: PATH,
  before: `export const covered = (ranges) => ranges.reduce((sum, [from, to]) => sum + to - from, 0)
`,
  approaches: [
    {
      title: "Merge ranges before they are counted",
      rough: `export const merged = (ranges) => {
  const all = []
  for (const [from, to] of ranges) {
    const last = all.at(-1)
    if (last && from < last[1]) last[1] = to
    else all.push([from, to])
  }
  return all
}

export const covered = (ranges) => merged(ranges).reduce((sum, [from, to]) => sum + to - from, 0)
`,
      finished: `/** The ranges without overlaps, in order. */
export const merged = (ranges) => {
  const all = []
  for (const [from, to] of ranges.toSorted(([one], [other]) => one - other)) {
    const last = all.at(-1)
    if (last !== undefined && from <= last[1]) last[1] = Math.max(last[1], to)
    else all.push([from, to])
  }
  return all
}

export const covered = (ranges) => merged(ranges).reduce((sum, [from, to]) => sum + to - from, 0)
`,
      test: testOf(
        PATH,
        "covered, merged",
        `test("counts what overlaps once", () => {
  assert.equal(covered([[3, 8], [1, 5]]), 7)
  assert.deepEqual(merged([[5, 6], [1, 5], [2, 3]]), [[1, 6]])
  assert.equal(covered([]), 0)
})
`
      )
    },
    {
      title: "Sweep over the ends of ranges",
      rough: `export function covered(ranges) {
  const ends = ranges.flatMap(([from, to]) => [[from, 1], [to, -1]]).sort()
  let depth = 0
  let sum = 0
  ends.forEach(([at, step], index) => {
    if (depth > 0) sum += at - ends[index - 1][0]
    depth += step
  })
  return sum
}
`,
      finished: `function endsOf(ranges) {
  const ends = ranges.flatMap(([from, to]) => [
    { at: from, step: 1 },
    { at: to, step: -1 }
  ])
  return ends.sort((one, other) => one.at - other.at)
}

export function covered(ranges) {
  let [sum, depth, since] = [0, 0, 0]
  for (const { at, step } of endsOf(ranges)) {
    if (depth > 0) sum += at - since
    depth += step
    since = at
  }
  return sum
}
`,
      test: testOf(
        PATH,
        "covered",
        `test("sweeps over ranges in any order", () => {
  assert.equal(covered([[10, 12], [1, 5], [3, 8], [4, 4]]), 9)
})
`
      )
    }
  ]
}

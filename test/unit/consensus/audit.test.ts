import { assert, describe, it } from "@effect/vitest"
import { Either } from "effect"
import { auditCase } from "../../../src/cli/audit/auditCase.ts"
import { parseCases } from "../../../src/cli/audit/caseFile.ts"

const score = { uid: 0, hotkey: "x", value: 5 }
const validator = { hotkey: "a", stake: "1", report: { scores: [score] } }
const neuron = { uid: 0, hotkey: "x", consensus: 0 }
const one = { validators: [validator], neurons: [neuron] }

const want = {
  quorum: true,
  reportingStake: "1",
  totalStake: "1",
  aggregate: [{ uid: 0, value: 5, source: "median" }],
  weights: [{ uid: 0, ppm: 1_000_000 }]
}

const withScores = (...scores: ReadonlyArray<unknown>) => ({ ...one, validators: [{ ...validator, report: { scores } }] })

describe("a file for gittensor audit", () => {
  it("is one case, a list of cases, or a case on each line", () => {
    const formOf = (text: string) => Either.map(parseCases(text), ({ form, cases }) => [form, cases.length])
    assert.deepStrictEqual(formOf(JSON.stringify(one)), Either.right(["one", 1]))
    assert.deepStrictEqual(formOf(JSON.stringify(one, null, 2)), Either.right(["one", 1]))
    assert.deepStrictEqual(formOf(JSON.stringify({ note: "…", cases: [one, one] }, null, 2)), Either.right(["cases", 2]))
    assert.deepStrictEqual(formOf(JSON.stringify({ cases: [] })), Either.right(["cases", 0]))
    assert.deepStrictEqual(formOf(`${JSON.stringify(one)}\r\n\n${JSON.stringify(one)}\n`), Either.right(["lines", 2]))
  })

  it("takes stakes of 64 bits and whole reports, with the keys that decide nothing", () => {
    const stake = "18446744073709551615"
    const report = { format: "gittensor/report/v1", epoch: 3, root: "…", scores: [score] }
    const [found] = Either.getOrThrow(parseCases(JSON.stringify({ ...one, epoch: 3, validators: [{ ...validator, stake, report }] }))).cases
    assert.strictEqual(found?.validators[0]?.stake, 18_446_744_073_709_551_615n)
  })

  it("is refused with the place of what is wrong", () => {
    const refused: ReadonlyArray<readonly [unknown, string]> = [
      [[], "Expected a JSON object, actual []"],
      [{}, "validators: is missing"],
      [{ cases: [one, { ...one, neurons: 5 }] }, "cases[1].neurons: Expected a list, actual 5"],
      [{ ...one, validators: [{ ...validator, hotkey: "" }] }, "validators[0].hotkey: "],
      [{ ...one, validators: [{ ...validator, stake: 5 }] }, "validators[0].stake: Expected string, actual 5"],
      [{ ...one, validators: [{ ...validator, stake: "-5" }] }, 'validators[0].stake: "-5" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "1.5" }] }, 'validators[0].stake: "1.5" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "" }] }, 'validators[0].stake: "" is not a stake'],
      [{ ...one, validators: [{ ...validator, stake: "18446744073709551616" }] }, "is not a stake"],
      [{ ...one, validators: [{ ...validator, stake: "9".repeat(100_000) }] }, "validators[0].stake: "],
      [{ ...one, validators: [{ hotkey: "a", stake: "1" }] }, "validators[0].report: is missing"],
      [{ ...one, validators: [validator, validator] }, 'validators[1].hotkey: "a" is there twice'],
      [{ ...one, neurons: [neuron, neuron] }, "neurons[1].uid: 0 is there twice"],
      [{ ...one, neurons: [{ uid: 0, hotkey: "x" }] }, "neurons[0].consensus: is missing"],
      [{ ...one, neurons: [{ ...neuron, consensus: 65_536 }] }, "neurons[0].consensus: "],
      [{ ...one, neurons: [{ ...neuron, uid: 65_536 }] }, "neurons[0].uid: "],
      [withScores(score, { ...score, hotkey: "y" }), "validators[0].report.scores[1].uid: 0 is there twice"],
      [withScores({ ...score, value: -1 }), "validators[0].report.scores[0].value: "],
      [withScores({ ...score, value: 0.5 }), "validators[0].report.scores[0].value: "],
      [withScores({ ...score, value: 1_000_001 }), "validators[0].report.scores[0].value: "],
      [withScores({ ...score, value: "5" }), "validators[0].report.scores[0].value: "],
      [withScores({ uid: 0, hotkey: "x" }), "validators[0].report.scores[0].value: is missing"],
      [{ ...one, want: { quorum: "yes" } }, "want.quorum: "]
    ]
    for (const [document, place] of refused) {
      const reason = Either.getOrThrow(Either.flip(parseCases(JSON.stringify(document))))
      assert.include(reason, place)
      assert.isBelow(reason.length, 500)
      assert.notInclude(reason, "\n")
    }
    for (const rubbish of ["", "\0\0", "a".repeat(100_000), JSON.stringify(one).slice(0, 60), "\n".repeat(100_000), '{"validators"']) {
      const reason = Either.getOrThrow(Either.flip(parseCases(rubbish)))
      assert.include(reason, "it is not JSON")
      assert.isBelow(reason.length, 500)
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal must not get any
      assert.notMatch(reason, /[\u0000-\u001f]/)
    }
    const deep = 100_000
    for (const nested of [`${"[".repeat(deep)}${"]".repeat(deep)}`, `${'{"validators":'.repeat(deep)}1${"}".repeat(deep)}`]) {
      const reason = Either.getOrThrow(Either.flip(parseCases(nested)))
      assert.match(reason, /actual (\[\[|\{"validators":)/)
      assert.isBelow(reason.length, 500)
    }
    assert.include(Either.getOrThrow(Either.flip(parseCases(`${JSON.stringify(one)}\n{"validators": 1}`))), "line 2: ")
    assert.include(Either.getOrThrow(Either.flip(parseCases(`${JSON.stringify(one)}\n{`))), "line 2: it is not JSON")
  })
})

describe("an audited case", () => {
  it("of the most stakes, UIDs and reports that there can be loses nothing", () => {
    const stake = 2n ** 64n - 1n
    const uids = Array.from({ length: 65_536 }, (_, uid) => uid)
    const largest = {
      validators: [1, 2, 3].map((index) => ({
        hotkey: `v${index}`,
        stake: String(stake),
        report: { scores: uids.map((uid) => ({ uid, hotkey: `m${uid}`, value: index * 300_000 })) }
      })),
      neurons: uids.map((uid) => ({ uid, hotkey: `m${uid}`, consensus: 65_535 }))
    }
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify(largest)))
    const [found] = cases.map(auditCase)
    assert.deepStrictEqual([found?.quorum, found?.totalStake, found?.reportingStake], [true, 3n * stake, 3n * stake])
    assert.isTrue(found?.aggregate?.every(({ value, source }) => value === 600_000 && source === "median"))
    assert.strictEqual(found?.weights?.length, 65_536)
    assert.strictEqual(
      found?.weights?.reduce((sum, { ppm }) => sum + ppm, 0),
      1_000_000
    )
  })

  it("without validators or without neurons holds", () => {
    for (const none of [
      { validators: [], neurons: [neuron] },
      { ...one, neurons: [] },
      { validators: [], neurons: [] }
    ]) {
      const { cases } = Either.getOrThrow(parseCases(JSON.stringify(none)))
      assert.deepStrictEqual(
        cases.map((audited) => auditCase(audited).weights),
        [null]
      )
    }
  })

  const findings = (claim: unknown) => {
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify({ ...one, want: claim })))
    return cases.flatMap((audited) => auditCase(audited).findings ?? ["none"])
  }

  it("has no findings when the claim is right, and where nothing is claimed", () => {
    assert.deepStrictEqual(findings(want), ["none"])
    assert.deepStrictEqual(findings({}), ["none"])
    assert.deepStrictEqual(findings(undefined), ["none"])
    assert.deepStrictEqual(findings({ ...want, weights: [...want.weights].reverse() }), ["none"])
  })

  it("has one finding for each figure that differs", () => {
    const differing: ReadonlyArray<readonly [object, ReadonlyArray<string>]> = [
      [{ quorum: false }, ["quorum is true, and false is claimed"]],
      [{ totalStake: "2" }, ["totalStake is 1, and 2 is claimed"]],
      [{ reportingStake: "01" }, ["reportingStake is 1, and 01 is claimed"]],
      [{ weights: null }, ["weights is a list, and null is claimed"]],
      [{ weights: [{ uid: 0, ppm: 999_999 }] }, ["weights: the ppm of UID 0 is 1000000, and 999999 is claimed"]],
      [
        { aggregate: [] },
        ["aggregate: the value of UID 0 is 5, and nothing is claimed", "aggregate: the source of UID 0 is median, and nothing is claimed"]
      ],
      [
        {
          aggregate: [
            { uid: 0, value: 5, source: "chain" },
            { uid: 1, value: 6, source: "median" }
          ]
        },
        [
          "aggregate: the source of UID 0 is median, and chain is claimed",
          "aggregate: the value of UID 1 is nothing, and 6 is claimed",
          "aggregate: the source of UID 1 is nothing, and median is claimed"
        ]
      ]
    ]
    for (const [claim, found] of differing) assert.deepStrictEqual(findings({ ...want, ...claim }), found)
  })

  it("claims nothing where weights are held", () => {
    const held = { validators: [{ ...validator, report: null }], neurons: [neuron], want: { ...want, quorum: false } }
    const { cases } = Either.getOrThrow(parseCases(JSON.stringify(held)))
    assert.deepStrictEqual(
      cases.flatMap((audited) => auditCase(audited).findings ?? []),
      ["reportingStake is 0, and 1 is claimed", "aggregate is null, and a list is claimed", "weights is null, and a list is claimed"]
    )
  })
})
